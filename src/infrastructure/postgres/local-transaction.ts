import type { PostgresConnection } from './postgres-connection.js';
import type { PostgresPool } from './postgres-pool.js';
import { begin, commit, requireCommitted } from './postgres-pool.js';
import type { PostgresSession } from './postgres-session.js';

const rollback = { sql: 'rollback' };

/** Runs `work` in a transaction of its own. Nothing is tried again: sign-ins are repeated by their callers. */
export function inLocalTransaction<Result>(
  pool: PostgresPool,
  work: (session: PostgresSession) => Promise<Result>,
): Promise<Result> {
  return pool.use(async (connection) => {
    await connection.send(begin);
    try {
      const result = await work(sessionOn(connection));
      requireCommitted(await connection.send(commit));
      return result;
    } catch (error) {
      if (connection.usable) await connection.send(rollback).catch(() => undefined);
      throw error;
    }
  });
}

const sessionOn = (connection: PostgresConnection): PostgresSession => ({
  async query<Row>(statement: Parameters<PostgresSession['query']>[0]) {
    const { rows } = await connection.send(statement);
    return rows as readonly Row[];
  },
});
