import type { Command } from './command.js';
import { claimReplayMs, maxLeaseMs } from './claim.js';
import { move, unlessCalledOff } from './command-move.js';
import { commandFaults } from './command-faults.js';
import { isTerminal } from './command-state.js';
import type { Hindrance } from './hindrance.js';

export interface ClaimRequest {
  readonly attemptId: string;
  /** Null: the command's own visibility timeout. */
  readonly leaseMs: number | null;
  readonly nonce: string;
}

export type ClaimAnswer =
  | { readonly kind: 'claimed' | 'replayed'; readonly command: Command }
  | { readonly kind: 'not_claimable' | 'hindered' };

/** Whether a claim would get this command now. `command` stands as of `now`. */
export const isAvailable = ({ state, notBefore, cancelRequestedAt }: Command, now: Date): boolean =>
  // Called off, it ends at once; after a step back of the clock it may still stand as if it did not.
  state === 'queued' && cancelRequestedAt === null && (notBefore === null || notBefore <= now);

/** Whether a device may have this command now. `command` stands as of `now`. */
export function claim(
  command: Command,
  request: ClaimRequest,
  now: Date,
  hindrance: Hindrance | null = null,
): ClaimAnswer {
  // The same call again: its answer was lost. A lapse in between changes nothing, the claim still stands; only
  // where running twice would hurt, what lapsed is a person's to settle.
  if (stands(command) && command.claim?.attemptId === request.attemptId) {
    const age = now.getTime() - command.claim.claimedAt.getTime();
    if (age < claimReplayMs) return { kind: 'replayed', command };
  }
  if (!isAvailable(command, now)) return { kind: 'not_claimable' };
  if (hindrance !== null) return { kind: 'hindered' };
  const leaseMs = request.leaseMs ?? command.visibilityTimeoutMs;
  return {
    kind: 'claimed',
    command: move(command, 'claimed', now, {
      attempt: command.attempt + 1,
      claimedAt: now,
      notBefore: null,
      stateReason: null,
      claim: {
        nonce: request.nonce,
        attemptId: request.attemptId,
        claimedAt: now,
        leaseUntil: later(now, leaseMs),
        runUntil: later(now, maxLeaseMs),
      },
    }),
  };
}

/**
 * The lease counts anew from `now`. A claim that lapsed and that nobody superseded comes back to life:
 * the device was only out of reach. Beyond the claim's total life it is refused, never clamped.
 */
export function extend(command: Command, extensionMs: number, now: Date): Command {
  const held = command.claim;
  if (held === null) throw commandFaults.claim_superseded();
  const leaseUntil = later(now, extensionMs);
  if (leaseUntil > held.runUntil) {
    throw commandFaults.extension_too_long(undefined, {
      errors: [{ path: 'extensionMs', message: 'one claim lasts 12 hours in all' }],
      details: { remainingMs: Math.max(0, held.runUntil.getTime() - now.getTime()) },
    });
  }
  const change = { claim: { ...held, leaseUntil }, stateReason: unlessCalledOff(command, null) };
  return command.state === 'claimed'
    ? { ...command, ...change }
    : move(command, 'resumed', now, { ...change, notBefore: null });
}

/** The device gives the command back. With no attempt left it is dead; called off, it ends there. */
export function release(command: Command, delayMs: number, now: Date): Command {
  const stateReason = unlessCalledOff(command, 'released');
  const change = { claim: null, releases: command.releases + 1, stateReason };
  const notBefore = delayMs > 0 ? later(now, delayMs) : null;
  // A lapse has already put it back; the release then only says when, and ends the claim's say.
  if (command.state === 'queued') return { ...command, ...change, notBefore };
  if (command.attempt >= command.maxAttempts && command.cancelRequestedAt === null) {
    return move(command, 'exhausted', now, { ...change, stateReason: 'attempts_used_up' });
  }
  return move(command, 'returned', now, { ...change, notBefore });
}

const stands = ({ state, deliveryClass }: Command): boolean =>
  deliveryClass === 'at_most_once' ? state === 'claimed' : !isTerminal(state);

const later = (from: Date, byMs: number): Date => new Date(from.getTime() + byMs);
