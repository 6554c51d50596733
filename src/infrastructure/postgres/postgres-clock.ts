import { sql } from 'kysely';

import type { Clock } from '../../application/ports/clock.js';
import type { PostgresPool } from './postgres-pool.js';
import { tables } from './postgres-tables.js';

/**
 * The time of Postgres, as of the last `sync`, carried on by this machine's monotonic clock: a step of its wall
 * clock does not move it. Until the first `sync` it is this machine's time.
 */
export class PostgresClock implements Clock {
  readonly #pool: PostgresPool;
  /** What Postgres' clock showed when the monotonic clock read zero, in ms since 1970. */
  #base: number = performance.timeOrigin;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  now(): Date {
    return new Date(this.#base + performance.now());
  }

  elapsedMs(): number {
    return performance.now();
  }

  /** Asks Postgres. The answer is taken to be from the middle of the round trip. */
  async sync(): Promise<void> {
    const statement = sql<{ now: Date }>`select fieldgate.clock_now() as now`.compile(tables);
    await this.#pool.use(async (connection) => {
      const asked = performance.now();
      const { rows } = await connection.send(statement);
      const [row] = rows as readonly { now: Date }[];
      if (row === undefined) throw new Error('the database did not say what time it is');
      this.#base = row.now.getTime() - (asked + performance.now()) / 2;
    });
  }
}
