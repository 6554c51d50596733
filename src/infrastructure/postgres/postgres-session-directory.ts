import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';

import type { SessionDirectory, SessionFilter } from '../../application/ports/session-directory.js';
import { sessionAsOf } from '../../domain/session/session-rules.js';
import type { SessionStatus, SupportSession } from '../../domain/session/support-session.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import { foreignCursor, keysetCursor, pageOf } from './keyset-cursor.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { sessionOf } from './session-row.js';
import type { SessionRow } from './session-row.js';
import { isUuid } from './uuid-text.js';

const cursors = keysetCursor('sessions', 2);

const sessionReadings = tables
  .selectFrom('sessions')
  .selectAll()
  .select(sql<Date>`fieldgate.clock_now()`.as('as_of'));

const readingOf = (row: SessionRow & { readonly as_of: Date }): SupportSession =>
  sessionAsOf(sessionOf(row), row.as_of);

export class PostgresSessionDirectory implements SessionDirectory {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async find(customerId: string, sessionId: string): Promise<SupportSession | null> {
    if (!isUuid(sessionId)) return null;
    const [row] = await this.#session.query(
      sessionReadings.where('id', '=', sessionId).where('customer_id', '=', customerId).compile(),
    );
    return row === undefined ? null : readingOf(row);
  }

  async list(customerId: string, filter: SessionFilter, page: PageRequest): Promise<Page<SupportSession>> {
    const { deviceId, status } = filter;
    const before = page.cursor === null ? null : placeOf(page.cursor);
    const rows = await this.#session.query(
      sessionReadings
        .where('customer_id', '=', customerId)
        .$if(deviceId !== null, (query) => query.where('device_id', '=', deviceId))
        .$if(status !== null, (query) => query.where(stands[status ?? 'active']))
        .$if(before !== null, (query) =>
          query.where(sql<boolean>`(created_at, id) < (${before?.at}::timestamptz, ${before?.id}::uuid)`),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(page.limit + 1)
        .compile(),
    );
    return pageOf(rows, page, readingOf, (row) => cursors.encode([row.created_at.toISOString(), row.id]));
  }

  async activeOf(deviceId: string): Promise<SupportSession | null> {
    const [row] = await this.#session.query(
      sessionReadings.where('device_id', '=', deviceId).where(stands.active).compile(),
    );
    return row === undefined ? null : readingOf(row);
  }

  async overdue(limit: number): Promise<readonly SupportSession[]> {
    const rows = await this.#session.query(
      sessionReadings
        .where('status', '=', 'active')
        .where(sql<boolean>`expires_at <= fieldgate.clock_now()`)
        .orderBy('expires_at')
        .limit(limit)
        .compile(),
    );
    return rows.map(readingOf);
  }
}

/** How a session stands now, and not how it was written last. */
const stands: Readonly<Record<SessionStatus, RawBuilder<boolean>>> = {
  active: sql`status = 'active' and expires_at > fieldgate.clock_now()`,
  closed: sql`status = 'closed'`,
  expired: sql`(status = 'expired' or (status = 'active' and expires_at <= fieldgate.clock_now()))`,
};

function placeOf(cursor: string): { readonly at: string; readonly id: string } {
  const [at = '', id = ''] = cursors.decode(cursor);
  if (!isUuid(id) || Number.isNaN(Date.parse(at))) throw foreignCursor();
  return { at, id };
}
