import { z } from 'zod';
import type { ResultReport } from '../../../domain/command/command.js';
import { resultStatuses } from '../../../domain/command/command.js';
import { commandStates } from '../../../domain/command/command-state.js';
import { boundedJson } from '../json-fields.js';
import { boundedText, text } from '../text-fields.js';
import { givenInstant } from '../time-fields.js';
import { claimToken } from './claim-token.js';

/** 256 KiB: what a result may carry as `output`, and again as `data`. */
export const maxOutputBytes = 262_144;

export const resultBody = z.strictObject({
  claimToken,
  status: z.enum(resultStatuses),
  output: boundedText(maxOutputBytes).nullish(),
  data: boundedJson(maxOutputBytes).optional(),
  error: z.strictObject({ code: text(128), message: text(4_096) }).nullish(),
  startedAt: givenInstant
    // As all times are told, and the same instant is the same report.
    .transform((given) => new Date(given).toISOString())
    .nullish()
    .describe("By the device's own clock; shown, never used to decide."),
  durationMs: z.int().min(0).nullish(),
});

export const resultAnswer = z.strictObject({
  state: z.enum(commandStates),
  late: z.boolean().describe('The claim had lapsed before the result came. It counts all the same.'),
});

/** The report, complete: what is absent is null, so that a repeated report is the same one. */
export const reportOf = (body: z.output<typeof resultBody>): ResultReport => ({
  status: body.status,
  output: body.output ?? null,
  data: body.data ?? null,
  error: body.error ?? null,
  startedAt: body.startedAt ?? null,
  durationMs: body.durationMs ?? null,
});
