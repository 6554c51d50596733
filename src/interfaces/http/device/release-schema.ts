import { z } from 'zod';
import type { ReleaseCommandInput } from '../../../application/command/release-command.js';
import { commandStates } from '../../../domain/command/command-state.js';
import { expiresInRange } from '../../../domain/command/command-type.js';
import { text } from '../text-fields.js';
import { claimToken } from './claim-token.js';

export const releaseBody = z.strictObject({
  claimToken,
  delayMs: z.int().min(0).max(expiresInRange.maxMs).default(0).describe('Not offered again before so long.'),
  reason: text(1_000).nullish(),
});

export const releaseAnswer = z.strictObject({ state: z.enum(commandStates) });

/** The words of a release, complete. */
export const releaseOf = ({
  claimToken: token,
  delayMs,
  reason,
}: z.output<typeof releaseBody>): Pick<ReleaseCommandInput, 'claimToken' | 'delayMs' | 'reason'> => ({
  claimToken: token,
  delayMs,
  reason: reason ?? null,
});
