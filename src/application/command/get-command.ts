import type { Command } from '../../domain/command/command.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { Principal } from '../../domain/customer/principal.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { CommandRecords } from '../ports/command-records.js';

export class GetCommand {
  readonly #records: CommandRecords;

  constructor(records: CommandRecords) {
    this.#records = records;
  }

  /** The customer's command as it stands now. */
  async execute(principal: Principal, commandId: string): Promise<Command> {
    requireAccess(principal, 'getCommand');
    const reading = await this.#records.find(principal.customerId, commandId);
    if (reading === null) throw generalFaults.not_found('There is no such command.');
    return commandAsOf(reading.command, reading.now).command;
  }
}
