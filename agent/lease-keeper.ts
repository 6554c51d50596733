import type { AgentLog } from './agent-log.js';
import { pause } from './backoff.js';
import { GatewayRefusal } from './gateway-refusal.js';
import { endsClaim, leaseMs } from './held-claim.js';
import type { HeldClaim } from './held-claim.js';
import { extendAnswer } from './wire-contract.js';

const soonestMs = 200;

/**
 * Extends the lease at a third of its length, so that two lost calls in a row do not lose the claim. Ends when
 * the signal aborts or the claim is lost. A gateway that is away is asked again: a late result still counts.
 */
export async function keepLease(claim: HeldClaim, log: AgentLog, signal: AbortSignal): Promise<void> {
  let visibleForMs = claim.current().visibleForMs;
  while (!signal.aborted) {
    await pause(Math.max(soonestMs, visibleForMs / 3), signal);
    const { claimToken } = claim.current();
    try {
      const answer = await claim.session.call({
        type: 'extend',
        claim: { id: claim.id, claimToken },
        body: () => ({ extensionMs: leaseMs }),
        answer: extendAnswer,
        signal,
      });
      visibleForMs = answer.visibleForMs;
      if (answer.cancelRequested) claim.onCancelRequested();
    } catch (error) {
      if (endsClaim(claim, claimToken, error)) {
        claim.onLost(error.code);
        return;
      }
      if (!(error instanceof GatewayRefusal)) throw error;
      log.warn('lease not extended', { command: claim.id, status: error.status, code: error.code });
      visibleForMs = leaseMs;
    }
  }
}
