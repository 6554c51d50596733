import type { CompiledQuery } from 'kysely';

import type { WireStatement } from './postgres-connection.js';

/** Somewhere to run statements: the pool, where each is a transaction of its own, or one open transaction. */
export interface PostgresSession {
  /**
   * Rejects with what `postgresFault` makes of the driver's error. `beginning`: what the transaction begins with, where
   * it is one of the statement's own.
   */
  query<Row>(statement: CompiledQuery<Row>, beginning?: WireStatement): Promise<readonly Row[]>;
}
