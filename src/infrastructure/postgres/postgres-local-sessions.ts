import { sql } from 'kysely';

import type {
  LocalSession,
  LocalSessions,
  NewLocalSession,
  Rotation,
  SessionScope,
} from '../../application/ports/local-sessions.js';
import type { LocalSessionRow } from './local-session-row.js';
import { livingSession, localSessionOf } from './local-session-row.js';
import { inLocalTransaction } from './local-transaction.js';
import type { PostgresPool } from './postgres-pool.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

export class PostgresLocalSessions implements LocalSessions {
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async open(session: NewLocalSession): Promise<boolean> {
    const { id, accountId, passwordHash, startedAt, refreshTokenHash } = session;
    const opened = sql`
      with signed_in as (
        update fieldgate.local_accounts set last_sign_in_at = ${startedAt}
          where id = ${accountId} and password_hash = ${passwordHash} returning id),
      session as (
        insert into fieldgate.local_sessions (id, account_id, started_at)
        select ${id}, id, ${startedAt}::timestamptz from signed_in returning id)
      insert into fieldgate.local_refresh_tokens (hash, session_id)
        select ${refreshTokenHash}, id from session returning session_id`;
    const rows = await this.#pool.query(opened.compile(tables));
    return rows.length === 1;
  }

  async find(sessionId: string): Promise<LocalSession | null> {
    if (!isUuid(sessionId)) return null;
    const found = sql<LocalSessionRow>`${livingSession} where s.id = ${sessionId}`;
    const [row] = await this.#pool.query(found.compile(tables));
    return row === undefined ? null : localSessionOf(row);
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
      return localSessionOf(row);
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

  async forget(before: Date): Promise<number> {
    const forgotten = sql<{ count: number }>`
      with idle as (
        select s.id from fieldgate.local_sessions s
        where s.started_at < ${before} and not exists (
          select from fieldgate.local_refresh_tokens t where t.session_id = s.id and t.used_at >= ${before})
        limit ${forgottenAtOnce} for update skip locked),
      used_up as (
        select t.hash from fieldgate.local_refresh_tokens t where t.used_at < ${before} limit ${forgottenAtOnce}),
      tokens as (
        delete from fieldgate.local_refresh_tokens t using used_up where t.hash = used_up.hash returning 1),
      sessions as (delete from fieldgate.local_sessions s using idle where s.id = idle.id returning 1)
      select ((select count(*) from tokens) + (select count(*) from sessions))::int as count`;
    const [row] = await this.#pool.query(forgotten.compile(tables));
    return row?.count ?? 0;
  }
}

/** Few enough that nobody waits for a lock. */
const forgottenAtOnce = 500;

/** The session is locked before the token is read, so that the next statement sees what the holder before us did. */
async function lockSessionOf(session: PostgresSession, hash: string): Promise<LocalSessionRow | undefined> {
  const locked = sql<LocalSessionRow>`${livingSession}
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
