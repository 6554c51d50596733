import type { CompiledQuery } from 'kysely';
import { Pool, TypeOverrides, types } from 'pg';
import type { PoolClient } from 'pg';

import { PostgresConnection } from './postgres-connection.js';
import type { WireAnswer, WireStatement } from './postgres-connection.js';
import { isUnpreparable, postgresFault, unavailable } from './postgres-faults.js';
import type { PostgresSession } from './postgres-session.js';

export interface PoolOptions {
  readonly url: string;
  readonly maxConnections?: number;
  /** Told of connections that died while nobody used them. */
  readonly onLostConnection?: (error: Error) => void;
}

/** Nothing here counts beyond 2^53, up to which numbers are exact: no reason for 64-bit integers as text. */
const parsers = new TypeOverrides();
parsers.setTypeParser(types.builtins.INT8, Number);

/** Waiting for a connection, the queue in front of the pool included. */
const waitMs = 1_000;
/**
 * A connection on its way may take longer than anybody waits for it: thrown away and begun anew every second, none
 * would ever come up on a busy machine.
 */
const handshakeMs = 3_000;
/** Everything together: whoever asks has an answer within two seconds, also when Postgres hangs. */
const answerMs = 1_800;

/**
 * The server's own limits, which alone stop work that nobody waits for any more. They are set inside each
 * transaction: a transaction-mode pooler refuses them when connecting, and would leak them to the next client
 * when set for a session. Sent together with the statement and the commit, they cost no round trip.
 */
export const begin = {
  sql: 'begin; set local statement_timeout = 1500; set local lock_timeout = 500; set local idle_in_transaction_session_timeout = 5000',
};
export const commit = { sql: 'commit' };

/**
 * Connections to Postgres, direct or through a transaction-mode pooler: no session state. Prepared statements are
 * used where they last; the first one that a pooler has lost is run again without, and so are all that follow.
 */
export class PostgresPool implements PostgresSession {
  /** The driver's pool, without any limit on statements: for migrations. */
  readonly driver: Pool;
  #keepsPlans = true;

  constructor({ url, maxConnections = 10, onLostConnection }: PoolOptions) {
    this.driver = new Pool({
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: handshakeMs,
      keepAlive: true,
      application_name: 'fieldgate',
      pipeline: true,
      types: parsers,
    });
    // Without a listener, an idle connection that the server closes ends the process.
    this.driver.on('error', (error) => onLostConnection?.(error));
  }

  /** Runs one statement as a transaction of its own, in one round trip: it is on disk when the promise resolves. */
  async query<Row>(statement: CompiledQuery<Row>): Promise<readonly Row[]> {
    return this.use(async (connection) => {
      if (!this.#keepsPlans) return runAlone<Row>(connection, unprepared(statement));
      try {
        return await runAlone<Row>(connection, statement);
      } catch (error) {
        // Certainly not done: what fails by its name has not begun.
        if (!isUnpreparable(error)) throw error;
        this.#keepsPlans = false;
        return await runAlone<Row>(connection, unprepared(statement));
      }
    });
  }

  /** Lends a connection, whose answers come within the common limit or not at all. */
  async use<Result>(work: (connection: PostgresConnection) => Promise<Result>): Promise<Result> {
    const deadline = performance.now() + answerMs;
    const client = await this.#lend();
    // A lent connection has no listener of the pool's; its pending answers carry the error already.
    const ignore = () => undefined;
    client.on('error', ignore);
    const connection = new PostgresConnection(client, deadline);
    try {
      return await work(connection);
    } finally {
      client.release(!connection.usable);
      client.removeListener('error', ignore);
    }
  }

  async #lend(): Promise<PoolClient> {
    const lent = this.driver.connect();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(unavailable('No connection to the database came free.'));
      }, waitMs);
    });
    try {
      return await Promise.race([lent, late]);
    } catch (error) {
      // Nobody waits for it any more; the next one will be glad of it.
      lent.then(
        (client) => {
          client.release();
        },
        () => undefined,
      );
      throw postgresFault(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.driver.end();
  }
}

async function runAlone<Row>(
  connection: PostgresConnection,
  statement: WireStatement,
): Promise<readonly Row[]> {
  const [, answer, end] = await connection.sendTogether([begin, statement, commit]);
  requireCommitted(end);
  return (answer?.rows ?? []) as readonly Row[];
}

const unprepared = ({ sql, parameters }: CompiledQuery): WireStatement => ({ sql, parameters });

/** Postgres answers the commit of a failed transaction politely: with a rollback. */
export function requireCommitted(end: WireAnswer | undefined): void {
  if (end?.command !== 'COMMIT') throw unavailable('The transaction was not committed.');
}
