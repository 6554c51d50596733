import { sql } from 'kysely';

import type { ActiveScope, SessionRepository } from '../../application/ports/session-repository.js';
import type { SupportSession } from '../../domain/session/support-session.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { sessionOf, sessionRowOf } from './session-row.js';
import { isUuid } from './uuid-text.js';

export class PostgresSessionRepository implements SessionRepository {
  readonly #session: PostgresSession;

  /** `session`: an open transaction, since it is what holds the locks. */
  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async lock(customerId: string, sessionId: string): Promise<SupportSession | null> {
    if (!isUuid(sessionId)) return null;
    const [row] = await this.#session.query(
      tables
        .selectFrom('sessions')
        .selectAll()
        .where('id', '=', sessionId)
        .where('customer_id', '=', customerId)
        .forUpdate()
        .compile(),
    );
    return row === undefined ? null : sessionOf(row);
  }

  async lockActive(scope: ActiveScope): Promise<readonly SupportSession[]> {
    const theirs =
      'deviceId' in scope
        ? sql<boolean>`device_id = ${scope.deviceId}`
        : sql<boolean>`customer_id = ${scope.customerId}::uuid and opened_by_id = ${scope.openedBy}`;
    const rows = await this.#session.query(
      tables
        .selectFrom('sessions')
        .selectAll()
        .where('status', '=', 'active')
        .where(theirs)
        .orderBy('id')
        .forUpdate()
        .compile(),
    );
    return rows.map(sessionOf);
  }

  async add(session: SupportSession): Promise<boolean> {
    const insert = tables
      .insertInto('sessions')
      .values(sessionRowOf(session))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id');
    const added = await this.#session.query(insert.compile());
    return added.length > 0;
  }

  async save({ id, customerId, status, closedAt, closeReason }: SupportSession): Promise<void> {
    const update = tables
      .updateTable('sessions')
      .set({ status, closed_at: closedAt, close_reason: closeReason })
      .where('id', '=', id)
      .where('customer_id', '=', customerId)
      .returning('id');
    const saved = await this.#session.query(update.compile());
    if (saved.length === 0) throw new Error(`the session ${id} was saved before it was added`);
  }
}
