import type { Command } from '../../domain/command/command.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { Principal } from '../../domain/customer/principal.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { CommandFilter, CommandRecords } from '../ports/command-records.js';

export class ListCommands {
  readonly #records: CommandRecords;

  constructor(records: CommandRecords) {
    this.#records = records;
  }

  /** Newest first, as they stand now. A page may hold fewer than `limit` while more follow. */
  async execute(principal: Principal, filter: CommandFilter, page: PageRequest): Promise<Page<Command>> {
    requireAccess(principal, 'listCommands');
    const { items, nextCursor } = await this.#records.list(principal.customerId, filter, page);
    const commands = items.map(({ command, now }) => commandAsOf(command, now).command);
    const { state } = filter;
    return {
      items: state === null ? commands : commands.filter((command) => command.state === state),
      nextCursor,
    };
  }
}
