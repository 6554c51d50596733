import type { CommandStore } from '../../application/ports/command-store.js';
import type { Command } from '../../domain/command/command.js';
import { commandOf } from './command-row.js';
import { isOpen } from './open-commands.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { saveCommands } from './save-commands.js';
import { portionsOf } from './save-portions.js';
import { isUuid } from './uuid-text.js';

/** Commands inside a transaction. What is saved is gathered, and written by one statement before the next read. */
export class PostgresCommandStore implements CommandStore {
  readonly #session: PostgresSession;
  readonly #unwritten = new Map<string, Command>();

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async lock(customerId: string, commandId: string): Promise<Command | null> {
    await this.write();
    if (!isUuid(commandId)) return null;
    const [row] = await this.#session.query(
      tables
        .selectFrom('commands')
        .selectAll()
        .where('id', '=', commandId)
        .where('customer_id', '=', customerId)
        .forUpdate()
        .compile(),
    );
    return row === undefined ? null : commandOf(row);
  }

  async lockOpen(deviceId: string): Promise<readonly Command[]> {
    await this.write();
    // Locked in the order of the ids, like everywhere, and only then put in the order of the queue.
    const rows = await this.#session.query(
      tables
        .selectFrom('commands')
        .selectAll()
        .where('device_id', '=', deviceId)
        .where(isOpen)
        .orderBy('id')
        .forUpdate()
        .compile(),
    );
    return rows.map(commandOf).sort((one, other) => one.rank - other.rank);
  }

  save(command: Command): Promise<void> {
    this.#unwritten.set(command.id, command);
    return Promise.resolve();
  }

  /** Writes what was saved. Fails when a command is not what was read: whoever saves it had not locked it. */
  async write(): Promise<void> {
    if (this.#unwritten.size === 0) return;
    const commands = [...this.#unwritten.values()];
    this.#unwritten.clear();
    for (const portion of portionsOf(commands.map((command) => ({ command, entries: [], guard: null })))) {
      const rows = await this.#session.query(saveCommands(portion));
      if (rows.length !== portion.rows.length)
        throw new Error('a command was saved that was not locked as it is');
    }
  }
}
