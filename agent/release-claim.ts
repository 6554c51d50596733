import { GatewayRefusal } from './gateway-refusal.js';
import type { GatewaySession } from './gateway-session.js';
import type { ClaimedCommand } from './wire-contract.js';
import { releaseAnswer } from './wire-contract.js';

/** Gives back a command that was not started; a gateway that no longer counts the claim is as good. */
export async function releaseClaim(
  claimed: ClaimedCommand,
  reason: string,
  delayMs: number,
  session: GatewaySession,
  signal: AbortSignal,
): Promise<void> {
  try {
    await session.call({
      type: 'release',
      claim: claimed,
      body: () => ({ delayMs, reason }),
      answer: releaseAnswer,
      signal,
    });
  } catch (error) {
    if (!(error instanceof GatewayRefusal)) throw error;
  }
}
