import { sql } from 'kysely';

import type {
  LocalSession,
  LocalSessions,
  NewLocalSession,
  Rotation,
  SessionScope,
} from '../../application/ports/local-sessions.js';
import type { LocalAccountRow } from './local-account-row.js';
import { localAccountOf } from './local-account-row.js';
import { inLocalTransaction } from './local-transaction.js';
import type { PostgresPool } from './postgres-pool.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

interface SessionRow extends LocalAccountRow {
  readonly session_id: string;
  readonly started_at: Date;
}

const livingSession = sql`
  select a.*, s.id as session_id, s.started_at
    from fieldgate.local_sessions s join fieldgate.local_accounts a on a.id = s.account_id`;

export class PostgresLocalSessions implements LocalSessions {
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async open({ id, accountId, startedAt, refreshTokenHash }: NewLocalSession): Promise<void> {
    const opened = sql`
      with signed_in as (
        update fieldgate.local_accounts set last_sign_in_at = ${startedAt} where id = ${accountId}),
      session as (
        insert into fieldgate.local_sessions (id, account_id, started_at)
        values (${id}, ${accountId}, ${startedAt}) returning id)
      insert into fieldgate.local_refresh_tokens (hash, session_id) select ${refreshTokenHash}, id from session`;
    await this.#pool.query(opened.compile(tables));
  }

  async find(sessionId: string): Promise<LocalSession | null> {
    if (!isUuid(sessionId)) return null;
    const found = sql<SessionRow>`${livingSession} where s.id = ${sessionId}`;
    const [row] = await this.#pool.query(found.compile(tables));
    return row === undefined ? null : sessionOf(row);
  }

  rotate(rotation: Rotation): Promise<LocalSession | 'unknown' | 'reused'> {
    return inLocalTransaction(this.#pool, async (session) => {
      const row = await lockSessionOf(session, rotation.presentedHash);
      if (row === undefined) return 'unknown';
      const used = await useUp(session, rotation);
      if (used < rotation.reusableSince) {
        await session.query(
          sql`delete from fieldgate.local_sessions where id = ${row.session_id}`.compile(tables),
        );
        return 'reused';
      }
      const next = sql`insert into fieldgate.local_refresh_tokens (hash, session_id)
        values (${rotation.nextHash}, ${row.session_id})`;
      await session.query(next.compile(tables));
      return sessionOf(row);
    });
  }

  async end(sessionId: string, scope: SessionScope): Promise<void> {
    if (!isUuid(sessionId)) return;
    const which = {
      local: sql`s.id = mine.id`,
      others: sql`s.account_id = mine.account_id and s.id <> mine.id`,
      global: sql`s.account_id = mine.account_id`,
    }[scope];
    const ended = sql`delete from fieldgate.local_sessions s using fieldgate.local_sessions mine
      where mine.id = ${sessionId} and ${which}`;
    await this.#pool.query(ended.compile(tables));
  }
}

/** The session is locked before the token is read, so that the next statement sees what the holder before us did. */
async function lockSessionOf(session: PostgresSession, hash: string): Promise<SessionRow | undefined> {
  const locked = sql<SessionRow>`${livingSession}
    join fieldgate.local_refresh_tokens t on t.session_id = s.id where t.hash = ${hash} for update of s`;
  const [row] = await session.query(locked.compile(tables));
  return row;
}

/** When the presented token was first used. */
async function useUp(session: PostgresSession, { presentedHash, at }: Rotation): Promise<Date> {
  const used = sql<{ used_at: Date }>`update fieldgate.local_refresh_tokens
    set used_at = coalesce(used_at, ${at}) where hash = ${presentedHash} returning used_at`;
  const [row] = await session.query(used.compile(tables));
  return row?.used_at ?? at;
}

const sessionOf = (row: SessionRow): LocalSession => ({
  id: row.session_id,
  startedAt: row.started_at,
  account: localAccountOf(row),
});
