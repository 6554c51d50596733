import { sql } from 'kysely';

import type { ApiKeys, LiveApiKey } from '../../application/ports/api-keys.js';
import { apiKeyUseStepMs } from '../../domain/customer/api-key.js';
import type { ApiKey } from '../../domain/customer/api-key.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import { foreignCursor, keysetCursor, pageOf } from './keyset-cursor.js';
import { isDanglingReference } from './postgres-faults.js';
import type { PostgresSession } from './postgres-session.js';
import type { ApiKeyRow } from './postgres-tables.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

const cursors = keysetCursor('api keys', 2);
const now = sql<Date>`fieldgate.clock_now()`;

export class PostgresApiKeys implements ApiKeys {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async findLive(hash: string): Promise<LiveApiKey | null> {
    const [row] = await this.#session.query(
      tables
        .selectFrom('api_keys as k')
        .innerJoin('customers as c', 'c.id', 'k.customer_id')
        .selectAll('k')
        .select('c.name as customer_name')
        .where('k.hash', '=', hash)
        .where('k.revoked_at', 'is', null)
        .where((or) => or.or([or('k.expires_at', 'is', null), or('k.expires_at', '>', now)]))
        .compile(),
    );
    return row === undefined ? null : { key: apiKeyOf(row), customerName: row.customer_name };
  }

  async list(customerId: string, page: PageRequest): Promise<Page<ApiKey>> {
    const after = page.cursor === null ? null : placeOf(page.cursor);
    const rows = await this.#session.query(
      tables
        .selectFrom('api_keys')
        .selectAll()
        .where('customer_id', '=', customerId)
        .where('revoked_at', 'is', null)
        .$if(after !== null, (query) =>
          query.where(sql<boolean>`(created_at, id) < (${after?.at}::timestamptz, ${after?.id}::uuid)`),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(page.limit + 1)
        .compile(),
    );
    return pageOf(rows, page, apiKeyOf, (row) => cursors.encode([row.created_at.toISOString(), row.id]));
  }

  async put(key: ApiKey, hash: string): Promise<void> {
    const put = tables
      .insertInto('api_keys')
      .values({
        id: key.id,
        customer_id: key.customerId,
        name: key.name,
        role: key.role,
        hash,
        created_by: key.createdBy,
        created_at: key.createdAt,
        expires_at: key.expiresAt,
        last_used_at: key.lastUsedAt,
        revoked_at: null,
      })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ hash })
          .where('api_keys.customer_id', '=', key.customerId)
          .where('api_keys.created_by', '=', key.createdBy)
          .where('api_keys.last_used_at', 'is', null),
      )
      .returning('id');
    try {
      const rows = await this.#session.query(put.compile());
      if (rows.length === 0) throw new Error(`the id ${key.id} belongs to another key, or to one in use`);
    } catch (error) {
      if (isDanglingReference(error))
        throw generalFaults.not_found('There is no such customer.', { cause: error });
      throw error;
    }
  }

  async revoke(customerId: string, id: string, at: Date): Promise<boolean | null> {
    if (!isUuid(id)) return null;
    const revoked = await this.#session.query(
      tables
        .updateTable('api_keys')
        .set({ revoked_at: at })
        .where('customer_id', '=', customerId)
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .returning('id')
        .compile(),
    );
    if (revoked.length > 0) return true;
    const known = tables
      .selectFrom('api_keys')
      .select('id')
      .where('customer_id', '=', customerId)
      .where('id', '=', id);
    return (await this.#session.query(known.compile())).length > 0 ? false : null;
  }

  async noteUse(id: string): Promise<void> {
    // Whoever finds the row locked waits, and then sees that somebody else has noted it.
    const noted = sql`
      update fieldgate.api_keys set last_used_at = ${now}
      where id = ${id} and (last_used_at is null
        or last_used_at <= ${now} - make_interval(secs => ${apiKeyUseStepMs / 1_000}))`;
    await this.#session.query(noted.compile(tables));
  }
}

const apiKeyOf = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  customerId: row.customer_id,
  name: row.name,
  role: row.role,
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
});

function placeOf(cursor: string): { readonly at: string; readonly id: string } {
  const [at = '', id = ''] = cursors.decode(cursor);
  if (Number.isNaN(Date.parse(at)) || !isUuid(id)) throw foreignCursor();
  return { at, id };
}
