import { z } from 'zod';
import type { ReportProgressInput } from '../../../application/command/report-progress.js';
import { boundedText } from '../text-fields.js';
import { claimToken } from './claim-token.js';
import { maxOutputBytes } from './result-schema.js';

const maxMessageBytes = 4_096;

export const progressBody = z.strictObject({
  claimToken,
  percent: z.number().min(0).max(100).nullish(),
  message: boundedText(maxMessageBytes).nullish(),
  output: boundedText(maxOutputBytes).nullish(),
});

export const progressAnswer = z.strictObject({ cancelRequested: z.boolean() });

/** The words of a report, complete. */
export const progressOf = (
  body: z.output<typeof progressBody>,
): Omit<ReportProgressInput, 'caller' | 'commandId'> => ({
  claimToken: body.claimToken,
  percent: body.percent ?? null,
  message: body.message ?? null,
  output: body.output ?? null,
});
