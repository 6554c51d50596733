import type { Command } from '../../domain/command/command.js';
import { cancel } from '../../domain/command/cancel-rules.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { CommandLedger } from '../ports/command-ledger.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';

export interface CancelCommandInput {
  readonly caller: Caller;
  readonly commandId: string;
}

/** Calls a command off. One that is running is asked to stop: the device hears of it, and says how it ended. */
export class CancelCommand {
  readonly #ledger: CommandLedger;
  readonly #follower: DispatchFollower;

  constructor(ledger: CommandLedger, follower: DispatchFollower) {
    this.#ledger = ledger;
    this.#follower = follower;
  }

  async execute({ caller, commandId }: CancelCommandInput): Promise<Command> {
    requireAccess(caller.principal, 'cancelCommand');
    const { customerId } = caller.principal;
    const answer = await this.#ledger.change(commandId, { customerId }, (stored, now) => {
      const current = commandAsOf(stored, now);
      const { kind, command } = cancel(current.command, 'cancelled_by_person', now);
      const outcome = { command, now };
      // What time has moved is written also when that is all: the store is told of it, and forgets the deadline.
      if (kind === 'again') {
        return current.moves.length === 0
          ? { outcome }
          : { outcome, save: { command, entries: dueEntries(current.moves) } };
      }
      const entry = commandEntry(
        command,
        kind === 'called_off' ? 'command.cancelled' : 'command.cancel_requested',
        causeOfCaller(caller),
        { state: command.state, attempt: command.attempt },
      );
      return { outcome, save: { command, entries: [...dueEntries(current.moves), entry] } };
    });
    if (answer.kind !== 'decided') throw generalFaults.not_found('There is no such command.');
    const { command, now } = answer.outcome;
    await this.#follower.follow([command], now);
    return command;
  }
}
