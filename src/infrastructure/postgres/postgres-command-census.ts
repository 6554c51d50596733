import { sql } from 'kysely';

import type { CommandCensus, StateCount } from '../../application/ports/command-census.js';
import { openStates } from '../../domain/command/command-state.js';
import type { OpenState } from '../../domain/command/command-state.js';
import { isOpen } from './open-commands.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';

/** Well within the time that a statement has. */
const mostCounted = 100_000;

interface CensusRow {
  readonly state: OpenState;
  readonly count: number;
  readonly oldest_age_ms: number;
}

export class PostgresCommandCensus implements CommandCensus {
  readonly #session: PostgresSession;
  readonly #mostCounted: number;

  constructor(session: PostgresSession, most = mostCounted) {
    this.#session = session;
    this.#mostCounted = most;
  }

  /** Ids begin with the time at which they were made, so the first ones of the index are the oldest. */
  async take(): Promise<readonly StateCount[]> {
    const rows = await this.#session.query(
      sql<CensusRow>`
        select state, count(*)::int as count,
          greatest(0, extract(epoch from fieldgate.clock_now() - min(created_at)) * 1000)::float8 as oldest_age_ms
        from (select state, created_at from fieldgate.commands where ${isOpen}
          order by id limit ${this.#mostCounted}::int) open
        group by state`.compile(tables),
    );
    return openStates.map((state) => {
      const row = rows.find((one) => one.state === state);
      return { state, count: row?.count ?? 0, oldestAgeMs: row?.oldest_age_ms ?? null };
    });
  }
}
