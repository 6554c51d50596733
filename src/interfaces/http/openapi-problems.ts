import type { FaultCode } from './fault-codes.js';
import { faultDefinitions, statusOf } from './fault-codes.js';
import { problemMediaType } from './problem.js';

/** Refusals that any route may answer with, by what it takes. */
const ofEveryRoute: readonly FaultCode[] = ['internal', 'shutting_down'];
const ofInput: readonly FaultCode[] = ['invalid_request'];
const ofBodies: readonly FaultCode[] = ['payload_too_large', 'unsupported_media_type'];

export interface ProblemSources {
  readonly codes: readonly FaultCode[];
  readonly takesInput: boolean;
  readonly takesBody: boolean;
}

/** One response per status, each naming the codes that it may carry. */
export function problemResponses({ codes, takesInput, takesBody }: ProblemSources): Record<string, object> {
  const all = [...codes, ...(takesInput ? ofInput : []), ...(takesBody ? ofBodies : []), ...ofEveryRoute];
  const byStatus = new Map<number, FaultCode[]>();
  for (const code of new Set(all)) {
    const status = statusOf({ code, kind: faultDefinitions[code].kind });
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    [...byStatus].map(([status, named]) => [String(status), { description: describe(named), content }]),
  );
}

const describe = (codes: readonly FaultCode[]): string =>
  codes.map((code) => `\`${code}\`: ${faultDefinitions[code].title}.`).join('\n\n');
