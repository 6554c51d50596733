import type { Command } from './command.js';
import { commandFaults } from './command-faults.js';
import type { CommandEvent } from './command-lifecycle.js';
import { move } from './command-move.js';

export const settlements = ['succeeded', 'failed', 'cancelled'] as const;
/** What a person can say of an outcome that nobody knows. */
export type Settlement = (typeof settlements)[number];

const events: Readonly<Record<Settlement, CommandEvent>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'stopped',
};

/**
 * A person's word on an unknown outcome. Saying the same again changes nothing; a device's report that comes later
 * is kept as evidence. `command` stands as of `now`.
 */
export function settle(
  command: Command,
  settlement: Settlement,
  now: Date,
): { readonly kind: 'settled' | 'again'; readonly command: Command } {
  if (command.state === settlement && command.stateReason === settledByPerson)
    return { kind: 'again', command };
  if (command.state !== 'unknown_outcome') {
    throw commandFaults.not_settleable(`The command is ${command.state}.`, {
      details: { state: command.state },
    });
  }
  return {
    kind: 'settled',
    command: move(command, events[settlement], now, { stateReason: settledByPerson }),
  };
}

const settledByPerson = 'settled_by_person';
