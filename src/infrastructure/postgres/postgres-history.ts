import { sql } from 'kysely';

import type { History } from '../../application/ports/history.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';

export class PostgresHistory implements History {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  /** Open commands have no end. One that others may have waited for stays until the dispatch store was told. */
  async forgetCommands(ageMs: number, limit: number): Promise<number> {
    const [row] = await this.#session.query(
      sql<{ count: number }>`
        with gone as (
          delete from fieldgate.commands where id = any (array(
            select id from fieldgate.commands where finished_at <= ${before(ageMs)} and dispatched
              order by finished_at limit ${limit}::int for update skip locked))
          returning 1)
        select count(*)::int as count from gone`.compile(tables),
    );
    return row?.count ?? 0;
  }

  async forgetSessions(ageMs: number, limit: number): Promise<number> {
    const [row] = await this.#session.query(
      sql<{ count: number }>`
        with gone as (
          delete from fieldgate.sessions where id = any (array(
            select id from fieldgate.sessions where closed_at <= ${before(ageMs)}
              order by closed_at limit ${limit}::int for update skip locked))
          returning 1)
        select count(*)::int as count from gone`.compile(tables),
    );
    return row?.count ?? 0;
  }

  async customersToForget(ageMs: number, afterId: string | null, limit: number): Promise<readonly string[]> {
    const rows = await this.#session.query(
      sql<{ customer_id: string }>`
        select h.customer_id from fieldgate.activity_heads h
          join fieldgate.activity_entries e on e.customer_id = h.customer_id and e.seq = h.forgotten_seq + 1
        where (${afterId}::uuid is null or h.customer_id > ${afterId}::uuid) and e.at <= ${before(ageMs)}
        order by h.customer_id limit ${limit}::int`.compile(tables),
    );
    return rows.map((row) => row.customer_id);
  }

  async forgetActivity(customerId: string, ageMs: number, limit: number): Promise<number> {
    const [row] = await this.#session.query(
      sql<{
        count: number;
      }>`select fieldgate.forget_activity(${customerId}::uuid, ${before(ageMs)}, ${limit}::int) as count`.compile(
        tables,
      ),
    );
    return row?.count ?? 0;
  }
}

const before = (ageMs: number) =>
  sql<Date>`fieldgate.clock_now() - ${ageMs}::float8 * interval '1 millisecond'`;
