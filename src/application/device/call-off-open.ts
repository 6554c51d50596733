import type { Cause } from '../../domain/activity/activity-entry.js';
import { cancel } from '../../domain/command/cancel-rules.js';
import type { Command } from '../../domain/command/command.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { isTerminal } from '../../domain/command/command-state.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { Transaction } from '../ports/unit-of-work.js';

/**
 * Calls off what a device has not started, and asks it to stop what it runs. Outcomes that nobody knows stay for
 * a person to settle. Returns the commands that changed. The caller holds the device's lock.
 */
export async function callOffOpen(
  { now, commands, record }: Transaction,
  deviceId: string,
  reason: string,
  cause: Cause,
): Promise<readonly Command[]> {
  const touched: Command[] = [];
  for (const stored of await commands.lockOpen(deviceId)) {
    const { command: current, moves } = commandAsOf(stored, now);
    for (const entry of dueEntries(moves)) record(entry);
    const stays = isTerminal(current.state) || current.state === 'unknown_outcome';
    const { kind, command } = stays ? { kind: 'again', command: current } : cancel(current, reason, now);
    if (kind !== 'again') {
      const entryKind = kind === 'called_off' ? 'command.cancelled' : 'command.cancel_requested';
      record(commandEntry(command, entryKind, cause, { state: command.state, reason }));
    }
    if (command !== stored) {
      await commands.save(command);
      touched.push(command);
    }
  }
  return touched;
}
