import type { Command } from '../../domain/command/command.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { SupportSession } from '../../domain/session/support-session.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { SessionDirectory } from '../ports/session-directory.js';

/** The newest of a session's commands; the list of commands has all of them. */
const mostCommands = 100;

export interface SessionView {
  readonly session: SupportSession;
  /** Newest first, at most a hundred. */
  readonly commands: readonly Command[];
}

export class GetSession {
  readonly #sessions: SessionDirectory;
  readonly #records: CommandRecords;

  constructor(sessions: SessionDirectory, records: CommandRecords) {
    this.#sessions = sessions;
    this.#records = records;
  }

  async execute(principal: Principal, sessionId: string): Promise<SessionView> {
    requireAccess(principal, 'getSession');
    const { customerId } = principal;
    const session = await this.#sessions.find(customerId, sessionId);
    if (session === null) throw generalFaults.not_found('There is no such session.');
    const filter = { deviceId: null, sessionId: session.id, state: null };
    const page = await this.#records.list(customerId, filter, { limit: mostCommands, cursor: null });
    return { session, commands: page.items.map(({ command, now }) => commandAsOf(command, now).command) };
  }
}
