import { sql } from 'kysely';

import type { Enrolment, LocalAccount, LocalAccounts } from '../../application/ports/local-accounts.js';
import { fragmentsOf } from './activity-fragments.js';
import type { ActivityFragments } from './activity-fragments.js';
import { appendEntries } from './append-entries.js';
import type { LocalAccountRow } from './local-account-row.js';
import { localAccountOf } from './local-account-row.js';
import { inLocalTransaction } from './local-transaction.js';
import { PostgresMemberDirectory } from './postgres-member-directory.js';
import type { PostgresPool } from './postgres-pool.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

export class PostgresLocalAccounts implements LocalAccounts {
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  isEmpty(): Promise<boolean> {
    return isEmpty(this.#pool);
  }

  addFirst(account: LocalAccount, enrol: (enrolment: Enrolment) => Promise<void>): Promise<boolean> {
    return inLocalTransaction(this.#pool, async (session) => {
      // Two empty tables look alike to two transactions: only the lock lets one of them be first.
      const first = sql`select pg_advisory_xact_lock(hashtextextended('fieldgate first account', 0))`;
      await session.query(first.compile(tables));
      if (!(await isEmpty(session))) return false;
      await insert(session, account);
      const entries: ActivityFragments[] = [];
      await enrol({
        members: new PostgresMemberDirectory(session),
        record: (entry) => entries.push(fragmentsOf(entry)),
      });
      if (entries.length > 0) await session.query(appendEntries(entries));
      return true;
    });
  }

  add(account: LocalAccount): Promise<boolean> {
    return insert(this.#pool, account);
  }

  async findByEmail(email: string): Promise<LocalAccount | null> {
    const found = sql<LocalAccountRow>`select * from fieldgate.local_accounts where email = ${email}`;
    const [row] = await this.#pool.query(found.compile(tables));
    return row === undefined ? null : localAccountOf(row);
  }

  async changePassword(sessionId: string, passwordHash: string): Promise<LocalAccount | null> {
    if (!isUuid(sessionId)) return null;
    return inLocalTransaction(this.#pool, async (session) => {
      const changed = sql<LocalAccountRow>`update fieldgate.local_accounts a set password_hash = ${passwordHash}
        from fieldgate.local_sessions mine where mine.id = ${sessionId} and a.id = mine.account_id
        returning a.*`;
      const [row] = await session.query(changed.compile(tables));
      if (row === undefined) return null;
      // A statement of its own: it sees what was opened while the one before waited for the account.
      const ended = sql`delete from fieldgate.local_sessions
        where account_id = ${row.id} and id <> ${sessionId}`;
      await session.query(ended.compile(tables));
      return localAccountOf(row);
    });
  }
}

async function isEmpty(session: PostgresSession): Promise<boolean> {
  const count = sql<{ empty: boolean }>`select not exists (select from fieldgate.local_accounts) as empty`;
  const [row] = await session.query(count.compile(tables));
  return row?.empty === true;
}

async function insert(session: PostgresSession, account: LocalAccount): Promise<boolean> {
  const { id, email, name, passwordHash, createdAt, lastSignInAt } = account;
  const added = sql`
    insert into fieldgate.local_accounts (id, email, name, password_hash, created_at, last_sign_in_at)
    values (${id}, ${email}, ${name}, ${passwordHash}, ${createdAt}, ${lastSignInAt})
    on conflict (email) do nothing returning id`;
  const rows = await session.query(added.compile(tables));
  return rows.length === 1;
}
