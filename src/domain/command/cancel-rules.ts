import type { Command } from './command.js';
import { commandFaults } from './command-faults.js';
import { finished } from './held-claim.js';
import { isTerminal } from './command-state.js';
import { move } from './command-move.js';

export interface CancelAnswer {
  /** `called_off`: it never ran. `requested`: the device is told, and says how it ended. `again`: nothing new. */
  readonly kind: 'called_off' | 'requested' | 'again';
  readonly command: Command;
}

/** Cancels a command that has not ended. `command` stands as of `now`. */
export function cancel(command: Command, reason: string, now: Date): CancelAnswer {
  if (command.state === 'cancelled') return { kind: 'again', command };
  if (isTerminal(command.state)) throw finished(command);
  if (command.state === 'unknown_outcome') throw commandFaults.outcome_unknown();
  if (command.state === 'claimed') {
    if (command.cancelRequestedAt !== null) return { kind: 'again', command };
    return { kind: 'requested', command: { ...command, cancelRequestedAt: now, stateReason: reason } };
  }
  return {
    kind: 'called_off',
    command: move(command, 'called_off', now, {
      cancelRequestedAt: command.cancelRequestedAt ?? now,
      stateReason: reason,
    }),
  };
}

/**
 * Calls off a command because its session has been closed. What runs goes on to its end, and is not begun again.
 * `command` stands as of `now`.
 */
export function endWithSession(command: Command, reason: string, now: Date): CancelAnswer {
  if (command.state !== 'claimed') return cancel(command, reason, now);
  const isOver = command.sessionEndsAt !== null && command.sessionEndsAt <= now;
  return { kind: 'again', command: isOver ? command : { ...command, sessionEndsAt: now } };
}

/**
 * Calls off a command because a newer one with the same dedupe key takes its place; null when it is too late for
 * that. What has been taken by a device goes on, and the newer one waits until it has ended. `command` stands as of
 * `now`.
 */
export function supersede(command: Command, now: Date): Command | null {
  if (command.state !== 'queued' && command.state !== 'awaiting_approval') return null;
  return cancel(command, 'superseded', now).command;
}
