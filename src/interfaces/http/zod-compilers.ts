import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import type { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';

/** More of them help nobody, and a hostile body could have a hundred thousand. */
const maxErrors = 20;

const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data) => {
    const parsed = schema.safeParse(data);
    return parsed.success ? { value: parsed.data } : { error: refusal(parsed.error) };
  };

/**
 * Requests are parsed by the schemas of their routes. Answers are not parsed again: the compiler checks what the
 * presenters make, and a second look would cost more than all else that a hot answer needs.
 */
export function useZod(app: FastifyInstance): void {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

export function refusal({ issues }: z.ZodError): Fault {
  const tooLarge = issues.find((issue) => issue.code === 'custom' && issue.params?.['tooLarge'] === true);
  if (tooLarge !== undefined) {
    const errors = [{ path: tooLarge.path.join('.'), message: tooLarge.message }];
    return generalFaults.payload_too_large(undefined, { errors });
  }
  return generalFaults.invalid_request(undefined, { errors: issues.flatMap(errorsOf).slice(0, maxErrors) });
}

function errorsOf(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path.join('.'), message: issue.message }];
  return issue.keys
    .slice(0, maxErrors)
    .map((key) => ({ path: [...issue.path, key.slice(0, 100)].join('.'), message: 'is not known here' }));
}
