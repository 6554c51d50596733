import type { CompiledQuery } from 'kysely';

/** Somewhere to run statements: the pool, where each is a transaction of its own, or one open transaction. */
export interface PostgresSession {
  /** Rejects with what `postgresFault` makes of the driver's error. */
  query<Row>(statement: CompiledQuery<Row>): Promise<readonly Row[]>;
}
