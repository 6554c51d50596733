import { z } from 'zod';
import type { Fault } from '../../domain/shared/fault.js';
import type { JsonObject } from '../../domain/shared/json.js';
import { statusOf } from './fault-codes.js';

export const problemMediaType = 'application/problem+json';

const problemError = z.strictObject({
  path: z.string().describe('Where, as a path of names and indices joined by dots; empty for the whole.'),
  message: z.string(),
});

/** Problem details (RFC 9457). Some codes add facts of their own, such as `state` or `depth`. */
export const problemSchema = z
  .looseObject({
    type: z.string().describe('Where the code is explained, relative to this service.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable, for programs to branch on.'),
    requestId: z.string(),
    errors: z.array(problemError).optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: Fault['errors'];
}

/** What is told of a fault. Its own facts stand beside the standard members and never replace them. */
export function problemOf(fault: Fault, requestId: string): Problem & JsonObject {
  return {
    ...fault.details,
    type: `/docs/faults#${fault.code}`,
    title: fault.title,
    status: statusOf(fault),
    detail: fault.message,
    code: fault.code,
    requestId,
    ...(fault.errors !== undefined && {
      errors: fault.errors.map(({ path, message }) => ({ path, message })),
    }),
  };
}

/** Whole seconds until another try makes sense, at least one; null when the fault says nothing about it. */
export function retryAfterSeconds(fault: Fault): number | null {
  const waits = fault.kind === 'unavailable' || fault.kind === 'too_many';
  const ms = fault.retryAfterMs ?? (waits ? 1_000 : null);
  return ms === null ? null : Math.max(1, Math.ceil(ms / 1_000));
}
