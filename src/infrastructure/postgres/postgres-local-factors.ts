import { sql } from 'kysely';

import type {
  FactorUse,
  LocalFactor,
  LocalFactors,
  NewFactorChallenge,
  NewLocalFactor,
} from '../../application/ports/local-factors.js';
import type { LocalSession } from '../../application/ports/local-sessions.js';
import type { LocalSessionRow } from './local-session-row.js';
import { livingSession, localSessionOf } from './local-session-row.js';
import { inLocalTransaction } from './local-transaction.js';
import type { PostgresPool } from './postgres-pool.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

interface FactorRow {
  readonly id: string;
  readonly account_id: string;
  readonly name: string;
  readonly sealed_secret: string;
  readonly created_at: Date;
  readonly verified_at: Date | null;
}

export class PostgresLocalFactors implements LocalFactors {
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  listOf(accountId: string): Promise<readonly LocalFactor[]> {
    return factorsOf(this.#pool, accountId);
  }

  add({ factor, unverifiedSince, most }: NewLocalFactor): Promise<'added' | 'name_taken' | 'too_many'> {
    const { id, accountId, name, sealedSecret, createdAt } = factor;
    return inLocalTransaction(this.#pool, async (session) => {
      await lockAccount(session, accountId);
      const stale = sql`delete from fieldgate.local_factors
        where account_id = ${accountId} and verified_at is null and created_at < ${unverifiedSince}`;
      await session.query(stale.compile(tables));
      const factors = await factorsOf(session, accountId);
      if (factors.some((other) => other.name === name)) return 'name_taken';
      if (factors.length >= most) return 'too_many';
      const added = sql`insert into fieldgate.local_factors (id, account_id, name, sealed_secret, created_at)
        values (${id}, ${accountId}, ${name}, ${sealedSecret}, ${createdAt})`;
      await session.query(added.compile(tables));
      return 'added';
    });
  }

  async challenge({ id, factorId, sessionId, at, expiresAt }: NewFactorChallenge): Promise<boolean> {
    if (!isUuid(factorId)) return false;
    const begun = sql`
      with over as (
        delete from fieldgate.local_factor_challenges where factor_id = ${factorId} and expires_at <= ${at})
      insert into fieldgate.local_factor_challenges (id, factor_id, session_id, expires_at)
        select ${id}, f.id, s.id, ${expiresAt}::timestamptz
          from fieldgate.local_factors f join fieldgate.local_sessions s on s.account_id = f.account_id
          where f.id = ${factorId} and s.id = ${sessionId}
        returning id`;
    const rows = await this.#pool.query(begun.compile(tables));
    return rows.length === 1;
  }

  async use(use: FactorUse): Promise<LocalSession | 'unknown' | 'expired' | 'replayed'> {
    if (!isUuid(use.challengeId) || !isUuid(use.factorId)) return 'unknown';
    return inLocalTransaction(this.#pool, async (session) => {
      await lockAccount(session, use.accountId);
      const challenged = await lockChallenged(session, use);
      if (challenged === null) return 'unknown';
      if (challenged.expires_at <= use.at) return 'expired';
      if (!(await useUpCode(session, use))) return 'replayed';
      await endWeakerSessions(session, use);
      await raiseSession(session, use);
      return localSessionOf({ ...challenged, factor_id: use.factorId, factor_used_at: use.at });
    });
  }

  async remove(
    accountId: string,
    factorId: string,
    which: 'any' | 'unverified',
  ): Promise<'removed' | 'unknown' | 'verified'> {
    if (!isUuid(factorId)) return 'unknown';
    return inLocalTransaction(this.#pool, async (session) => {
      await lockAccount(session, accountId);
      const found = (await factorsOf(session, accountId)).find(({ id }) => id === factorId.toLowerCase());
      if (found === undefined) return 'unknown';
      if (which === 'unverified' && found.verifiedAt !== null) return 'verified';
      await session.query(sql`delete from fieldgate.local_factors where id = ${found.id}`.compile(tables));
      return 'removed';
    });
  }

  removeAll(accountId: string): Promise<number> {
    return inLocalTransaction(this.#pool, async (session) => {
      await lockAccount(session, accountId);
      const removed = sql<FactorRow>`
        with ended as (delete from fieldgate.local_sessions where account_id = ${accountId})
        delete from fieldgate.local_factors where account_id = ${accountId} returning *`;
      const rows = await session.query(removed.compile(tables));
      return rows.filter((row) => row.verified_at !== null).length;
    });
  }
}

/** Whatever changes the factors of an account waits here for whoever does it already. */
async function lockAccount(session: PostgresSession, accountId: string): Promise<void> {
  const locked = sql`select from fieldgate.local_accounts where id = ${accountId} for update`;
  await session.query(locked.compile(tables));
}

async function factorsOf(session: PostgresSession, accountId: string): Promise<readonly LocalFactor[]> {
  const found = sql<FactorRow>`select id, account_id, name, sealed_secret, created_at, verified_at
    from fieldgate.local_factors where account_id = ${accountId} order by created_at, id`;
  const rows = await session.query(found.compile(tables));
  return rows.map((row) => ({
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    sealedSecret: row.sealed_secret,
    createdAt: row.created_at,
    verifiedAt: row.verified_at,
  }));
}

interface ChallengedRow extends LocalSessionRow {
  readonly expires_at: Date;
}

/** The session with its challenge of the factor; null when there is none, or when it has ended. */
async function lockChallenged(session: PostgresSession, use: FactorUse): Promise<ChallengedRow | null> {
  const locked = sql<ChallengedRow>`select living.*, c.expires_at from (${livingSession}) living
    join fieldgate.local_factor_challenges c on c.session_id = living.session_id
    where c.id = ${use.challengeId} and c.factor_id = ${use.factorId} and living.session_id = ${use.sessionId}
      and living.id = ${use.accountId}
    for update`;
  const [row] = await session.query(locked.compile(tables));
  return row ?? null;
}

async function useUpCode(session: PostgresSession, { factorId, step, at }: FactorUse): Promise<boolean> {
  const used = sql`update fieldgate.local_factors
    set last_step = ${step}, verified_at = coalesce(verified_at, ${at})
    where id = ${factorId} and (last_step is null or last_step < ${step}) returning id`;
  const rows = await session.query(used.compile(tables));
  return rows.length === 1;
}

/** Factors before sessions: a challenge that is begun meanwhile holds them in that order. */
async function endWeakerSessions(session: PostgresSession, use: FactorUse): Promise<void> {
  const statements = [
    sql`delete from fieldgate.local_factor_challenges where id = ${use.challengeId}`,
    sql`delete from fieldgate.local_factors where account_id = ${use.accountId} and verified_at is null`,
    sql`delete from fieldgate.local_sessions
      where account_id = ${use.accountId} and id <> ${use.sessionId} and factor_id is null`,
  ];
  for (const statement of statements) await session.query(statement.compile(tables));
}

async function raiseSession(session: PostgresSession, use: FactorUse): Promise<void> {
  const raised = sql`
    with raised as (
      update fieldgate.local_sessions set factor_id = ${use.factorId}, factor_used_at = ${use.at}
        where id = ${use.sessionId} returning id),
    used_up as (
      update fieldgate.local_refresh_tokens t set used_at = ${use.at}
        from raised where t.session_id = raised.id and t.used_at is null)
    insert into fieldgate.local_refresh_tokens (hash, session_id) select ${use.nextTokenHash}, id from raised`;
  await session.query(raised.compile(tables));
}
