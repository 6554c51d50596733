import { z } from 'zod';
import { outcomeStatuses } from './outcome.js';
import type { Outcome } from './outcome.js';
import { cleanText, reportableData, reportableOutput, truncateText } from './reportable.js';

/** A result as the gateway takes it, without the claim token: journaled first and repeated without change. */
export const commandResult = z.object({
  status: z.enum(outcomeStatuses),
  output: z.string().optional(),
  data: z.unknown().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  startedAt: z.string().optional(),
  durationMs: z.int().min(0).optional(),
});

export type CommandResult = z.infer<typeof commandResult>;

const maxErrorBytes = 2_000;

/** Cuts an outcome to the limits of the contract. `startedAt` and the duration are milliseconds. */
export function resultOf(outcome: Outcome, startedAt: number, durationMs: number): CommandResult {
  const { status, output, data, error } = outcome;
  return {
    status,
    ...(output === undefined || output === '' ? {} : { output: reportableOutput(output) }),
    ...(data === undefined ? {} : { data: reportableData(data) }),
    ...(error === undefined
      ? {}
      : { error: { code: error.code, message: truncateText(cleanText(error.message), maxErrorBytes, '…') } }),
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Math.max(0, Math.round(durationMs)),
  };
}
