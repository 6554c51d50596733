import { sql } from 'kysely';

import type {
  ApprovedFilter,
  Backlog,
  CommandFilter,
  CommandReading,
  CommandRecords,
} from '../../application/ports/command-records.js';
import type { Command } from '../../domain/command/command.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import { commandReadings, readingOf } from './command-reading.js';
import { foreignCursor, keysetCursor, pageOf } from './keyset-cursor.js';
import { isOpen } from './open-commands.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

/** A cursor names the last command shown. Its place, the order of acceptance, counts all customers' commands: nobody's business. */
const cursors = keysetCursor('commands', 1);

export class PostgresCommandRecords implements CommandRecords {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async find(customerId: string, commandId: string): Promise<CommandReading | null> {
    if (!isUuid(commandId)) return null;
    const [row] = await this.#session.query(
      commandReadings.where('id', '=', commandId).where('customer_id', '=', customerId).compile(),
    );
    return row === undefined ? null : readingOf(row);
  }

  async list(customerId: string, filter: CommandFilter, page: PageRequest): Promise<Page<CommandReading>> {
    const { deviceId, sessionId, state } = filter;
    const before = page.cursor === null ? null : await this.#acceptanceAt(customerId, page.cursor);
    if (sessionId !== null && !isUuid(sessionId)) return { items: [], nextCursor: null };
    const rows = await this.#session.query(
      commandReadings
        .where('customer_id', '=', customerId)
        .$if(deviceId !== null, (query) => query.where('device_id', '=', deviceId))
        .$if(sessionId !== null, (query) => query.where('session_id', '=', sessionId))
        .$if(state !== null, (query) => query.where('state', '=', state))
        .$if(before !== null, (query) => query.where('acceptance', '<', before))
        .orderBy('acceptance', 'desc')
        .limit(page.limit + 1)
        .compile(),
    );
    return pageOf(rows, page, readingOf, ({ id }) => cursors.encode([id]));
  }

  async approved(
    customerId: string,
    { type, deviceId }: ApprovedFilter,
    page: PageRequest,
  ): Promise<Page<CommandReading>> {
    const before = page.cursor === null ? null : await this.#acceptanceAt(customerId, page.cursor);
    const rows = await this.#session.query(
      commandReadings
        .where('customer_id', '=', customerId)
        .where('approval', 'is not', null)
        // With the last approval comes the grant.
        .where('grant_jws', 'is not', null)
        .$if(type !== null, (query) => query.where('type', '=', type))
        .$if(deviceId !== null, (query) => query.where('device_id', '=', deviceId))
        .$if(before !== null, (query) => query.where('acceptance', '<', before))
        .orderBy('acceptance', 'desc')
        .limit(page.limit + 1)
        .compile(),
    );
    return pageOf(rows, page, readingOf, ({ id }) => cursors.encode([id]));
  }

  async ahead(command: Command, limit: number): Promise<readonly CommandReading[]> {
    const rows = await this.#session.query(
      commandReadings
        .where('device_id', '=', command.deviceId)
        .where(isOpen)
        .where('state', 'in', ['queued', 'claimed'])
        .where(
          sql<boolean>`(-priority, acceptance) < (select -k.priority, k.acceptance from fieldgate.commands k where k.id = ${command.id})`,
        )
        .orderBy('priority', 'desc')
        .orderBy('acceptance')
        .limit(limit)
        .compile(),
    );
    return rows.map(readingOf);
  }

  async backlog(deviceId: string): Promise<Backlog> {
    const [row] = await this.#session.query(
      tables
        .selectFrom('commands')
        .select([
          sql<number>`count(*)::int`.as('depth'),
          sql<number | null>`(extract(epoch from fieldgate.clock_now() - min(created_at)) * 1000)::float8`.as(
            'age',
          ),
        ])
        .where('device_id', '=', deviceId)
        .where(isOpen)
        .compile(),
    );
    const age = row?.age ?? null;
    return { depth: row?.depth ?? 0, oldestAgeMs: age === null ? null : Math.max(0, age) };
  }

  async cancelRequested(deviceId: string): Promise<readonly string[]> {
    const rows = await this.#session.query(
      tables
        .selectFrom('commands')
        .select('id')
        .where('device_id', '=', deviceId)
        .where(isOpen)
        .where('state', '=', 'claimed')
        .where('cancel_requested_at', 'is not', null)
        .orderBy('priority', 'desc')
        .orderBy('acceptance')
        .compile(),
    );
    return rows.map(({ id }) => id);
  }

  async #acceptanceAt(customerId: string, cursor: string): Promise<number> {
    const [id] = cursors.decode(cursor);
    if (id === undefined || !isUuid(id)) throw foreignCursor();
    const [row] = await this.#session.query(
      tables
        .selectFrom('commands')
        .select('acceptance')
        .where('id', '=', id)
        .where('customer_id', '=', customerId)
        .compile(),
    );
    if (row === undefined) throw foreignCursor();
    return row.acceptance;
  }
}
