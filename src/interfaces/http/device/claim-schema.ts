import { z } from 'zod';
import type { ClaimCommandsInput, ClaimedCommand } from '../../../application/command/claim-commands.js';
import { claimedSchema, leaseMs, presentClaimed } from './claimed-command.js';

/** The longest wait for a first command. */
export const maxWaitMs = 25_000;

export const claimBody = z.strictObject({
  limit: z.int().min(1).max(10).default(1),
  visibilityTimeoutMs: leaseMs
    .nullish()
    .describe("Without it, each command's own: 60000 unless it says otherwise."),
  waitMs: z.int().min(0).max(maxWaitMs).default(0).describe('How long to wait for the first command.'),
  attemptId: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,128}$/)
    .nullish()
    .describe('Repeating it within five minutes brings the same commands and claim tokens.'),
});

export const claimAnswer = z.strictObject({ commands: z.array(claimedSchema) });

/** What is asked for, complete; without a body, one command at once. */
export const claimOf = (
  body: z.output<typeof claimBody> | null | undefined,
): Pick<ClaimCommandsInput, 'limit' | 'visibilityTimeoutMs' | 'waitMs' | 'attemptId'> => ({
  limit: body?.limit ?? 1,
  visibilityTimeoutMs: body?.visibilityTimeoutMs ?? null,
  waitMs: body?.waitMs ?? 0,
  attemptId: body?.attemptId ?? null,
});

export const presentClaims = (claimed: readonly ClaimedCommand[]): z.output<typeof claimAnswer> => ({
  commands: claimed.map(presentClaimed),
});
