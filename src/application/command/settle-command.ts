import { approvalFaults } from '../../domain/approval/approval-faults.js';
import type { Command } from '../../domain/command/command.js';
import { commandEntry, dueEntries } from '../../domain/command/command-entries.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { Settlement } from '../../domain/command/settle-rules.js';
import { settle } from '../../domain/command/settle-rules.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { CommandLedger } from '../ports/command-ledger.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';

export interface SettleCommandInput {
  readonly caller: Caller;
  readonly commandId: string;
  readonly settlement: Settlement;
  readonly reason: string;
}

/** A person says how a command ended of which nobody knows. Programs cannot: it takes somebody who went to look. */
export class SettleCommand {
  readonly #ledger: CommandLedger;
  readonly #follower: DispatchFollower;

  constructor(ledger: CommandLedger, follower: DispatchFollower) {
    this.#ledger = ledger;
    this.#follower = follower;
  }

  async execute({ caller, commandId, settlement, reason }: SettleCommandInput): Promise<Command> {
    if (caller.principal.kind !== 'member') throw approvalFaults.human_required();
    requireAccess(caller.principal, 'settleCommand');
    const { customerId } = caller.principal;
    const answer = await this.#ledger.change(commandId, { customerId }, (stored, now) => {
      const current = commandAsOf(stored, now);
      const { kind, command } = settle(current.command, settlement, now);
      const outcome = { command, now };
      if (kind === 'again') return { outcome };
      const entry = commandEntry(command, 'command.settled', causeOfCaller(caller), { settlement, reason });
      return { outcome, save: { command, entries: [...dueEntries(current.moves), entry] } };
    });
    if (answer.kind !== 'decided') throw generalFaults.not_found('There is no such command.');
    const { command, now } = answer.outcome;
    await this.#follower.follow([command], now);
    return command;
  }
}
