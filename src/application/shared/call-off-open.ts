import type { Cause } from '../../domain/activity/activity-entry.js';
import type { CancelAnswer } from '../../domain/command/cancel-rules.js';
import { cancel } from '../../domain/command/cancel-rules.js';
import type { Command } from '../../domain/command/command.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { isTerminal } from '../../domain/command/command-state.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { OpenScope } from '../ports/command-store.js';
import type { Transaction } from '../ports/unit-of-work.js';

/** What becomes of one command, which stands as of `now` and has not ended. */
export type CallOff = (command: Command, now: Date) => CancelAnswer;

/** Calls off what has not been started, and asks to stop what runs. */
export const because =
  (reason: string): CallOff =>
  (command, now) =>
    cancel(command, reason, now);

/**
 * Lets `callOff` say what becomes of each command that has not ended, except that outcomes which nobody knows stay for
 * a person to settle. Returns the commands that changed.
 */
export async function callOffOpen(
  { now, commands, record }: Transaction,
  scope: OpenScope,
  cause: Cause,
  callOff: CallOff,
): Promise<readonly Command[]> {
  const touched: Command[] = [];
  for (const stored of await commands.lockOpen(scope)) {
    const { command: current, moves } = commandAsOf(stored, now);
    for (const entry of dueEntries(moves)) record(entry);
    const stays = isTerminal(current.state) || current.state === 'unknown_outcome';
    const { kind, command } = stays ? { kind: 'again' as const, command: current } : callOff(current, now);
    if (kind !== 'again') {
      const entryKind = kind === 'called_off' ? 'command.cancelled' : 'command.cancel_requested';
      record(commandEntry(command, entryKind, cause, { state: command.state, reason: command.stateReason }));
    }
    if (command !== stored) {
      await commands.save(command);
      touched.push(command);
    }
  }
  return touched;
}
