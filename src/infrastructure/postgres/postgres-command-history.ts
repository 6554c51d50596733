import { sql } from 'kysely';

import type { CommandHistory } from '../../application/ports/command-history.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';

export class PostgresCommandHistory implements CommandHistory {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async purge(ageMs: number, limit: number): Promise<number> {
    const rows = await this.#session.query(
      sql<{ purged: number }>`
        with old as materialized (
          select id from fieldgate.commands
          where finished_at <= fieldgate.clock_now() - ${ageMs}::float8 * interval '1 millisecond'
          order by finished_at limit ${limit} for update skip locked),
        gone as (delete from fieldgate.commands c using old where c.id = old.id returning c.id)
        select count(*)::int as purged from gone`.compile(tables),
    );
    return rows[0]?.purged ?? 0;
  }
}
