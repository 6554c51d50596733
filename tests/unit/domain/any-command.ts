import fc from 'fast-check';
import { commandStates, isTerminal } from '../../../src/domain/command/command-state.js';
import type { Command } from '../../../src/domain/command/command.js';
import { after, hour, minute, sampleApproval, sampleClaim, sampleCommand } from './sample-command.js';

/** A moment up to three days after the proposal. */
export const anyMoment = fc.integer({ min: 0, max: 72 * hour }).map(after);

/** A command in any state, with a history that could have led there. */
export const anyCommand: fc.Arbitrary<Command> = fc
  .record({
    state: fc.constantFrom(...commandStates),
    deliveryClass: fc.constantFrom('at_least_once' as const, 'at_most_once' as const),
    maxAttempts: fc.integer({ min: 1, max: 5 }),
    attempts: fc.integer({ min: 0, max: 5 }),
    claimedAtMs: fc.integer({ min: 0, max: hour }),
    leaseMs: fc.integer({ min: 1_000, max: 12 * hour }),
    expiresInMs: fc.integer({ min: minute, max: 24 * hour }),
    windowMs: fc.integer({ min: minute, max: 24 * hour }),
    cancelAfterMs: fc.option(fc.integer({ min: 0, max: minute })),
    heldThroughLapse: fc.boolean(),
    delayMs: fc.option(fc.integer({ min: 0, max: hour })),
    sessionMs: fc.option(fc.integer({ min: 0, max: 24 * hour })),
  })
  .map((facts) => {
    const { state, maxAttempts } = facts;
    const started = state === 'claimed' || state === 'unknown_outcome';
    const attempt = started
      ? Math.max(1, Math.min(facts.attempts, maxAttempts))
      : Math.min(facts.attempts, maxAttempts - 1);
    const holds = started || (attempt > 0 && facts.heldThroughLapse && state !== 'awaiting_approval');
    const claim = sampleClaim(facts.claimedAtMs, { leaseUntil: after(facts.claimedAtMs + facts.leaseMs) });
    const cancelAt = facts.cancelAfterMs === null ? null : after(facts.claimedAtMs + facts.cancelAfterMs);
    return sampleCommand({
      state,
      deliveryClass: facts.deliveryClass,
      maxAttempts,
      attempt: state === 'awaiting_approval' ? 0 : attempt,
      claim: holds ? claim : null,
      claimedAt: holds ? claim.claimedAt : null,
      sessionEndsAt: facts.sessionMs === null ? null : after(facts.sessionMs),
      expiresAt: after(facts.claimedAtMs + facts.expiresInMs),
      notBefore: state === 'queued' && facts.delayMs !== null ? after(facts.delayMs) : null,
      cancelRequestedAt: state === 'claimed' ? cancelAt : null,
      approval: state === 'awaiting_approval' ? sampleApproval({ expiresAt: after(facts.windowMs) }) : null,
      finishedAt: isTerminal(state) ? after(facts.claimedAtMs + facts.leaseMs) : null,
    });
  });
