import type { CompiledQuery } from 'kysely';
import { Pool, TypeOverrides, types } from 'pg';

import { ConnectionLender } from './connection-lender.js';
import { PostgresConnection } from './postgres-connection.js';
import type { WireAnswer, WireStatement } from './postgres-connection.js';
import { isUnpreparable, unavailable } from './postgres-faults.js';
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

/** Everything together: whoever asks has an answer within two seconds, also when Postgres hangs. */
const answerMs = 1_800;

/**
 * The server's own limits, which alone stop work that nobody waits for any more. They are set inside each
 * transaction: a transaction-mode pooler refuses them when connecting, and would leak them to the next client
 * when set for a session. Sent together with the statement and the commit, they cost no round trip.
 */
export const begin = beginWith(500);
/** For those who need not wait: who sits on a lock for so long is waited for in another place. */
export const beginBriefly = beginWith(200);
export const commit = { sql: 'commit' };

/**
 * Connections to Postgres, direct or through a transaction-mode pooler: no session state. Prepared statements are
 * used where they last; the first one that a pooler has lost is run again without, and so are all that follow.
 */
export class PostgresPool implements PostgresSession {
  /** The driver's pool, without any limit on statements: for migrations. */
  readonly driver: Pool;
  readonly #lender: ConnectionLender;
  #keepsPlans = true;

  constructor({ url, maxConnections = 10, onLostConnection }: PoolOptions) {
    this.driver = new Pool({
      connectionString: url,
      max: maxConnections,
      keepAlive: true,
      application_name: 'fieldgate',
      pipeline: true,
      types: parsers,
    });
    // Without a listener, an idle connection that the server closes ends the process.
    this.driver.on('error', (error) => onLostConnection?.(error));
    this.#lender = new ConnectionLender(this.driver);
  }

  /**
   * Runs one statement as a transaction of its own, in one round trip: it is on disk when the promise resolves.
   * `beginning`: what the transaction begins with.
   */
  async query<Row>(statement: CompiledQuery<Row>, beginning: WireStatement = begin): Promise<readonly Row[]> {
    return this.use(async (connection) => {
      if (!this.#keepsPlans) return runAlone<Row>(connection, unprepared(statement), beginning);
      try {
        return await runAlone<Row>(connection, statement, beginning);
      } catch (error) {
        // Certainly not done: what fails by its name has not begun.
        if (!isUnpreparable(error)) throw error;
        this.#keepsPlans = false;
        return await runAlone<Row>(connection, unprepared(statement), beginning);
      }
    });
  }

  /** Lends a connection, whose answers come within the common limit or not at all. */
  async use<Result>(work: (connection: PostgresConnection) => Promise<Result>): Promise<Result> {
    const deadline = performance.now() + answerMs;
    const client = await this.#lender.lend();
    // A lent connection has no listener of the pool's; its pending answers carry the error already.
    const ignore = () => undefined;
    client.on('error', ignore);
    const connection = new PostgresConnection(client, deadline);
    try {
      return await work(connection);
    } finally {
      this.#lender.takeBack(client, connection.usable);
      client.removeListener('error', ignore);
    }
  }

  async close(): Promise<void> {
    this.#lender.close();
    await this.driver.end();
  }
}

function beginWith(lockMs: number): WireStatement {
  return {
    sql: `begin; set local statement_timeout = 1500; set local lock_timeout = ${String(lockMs)}; set local idle_in_transaction_session_timeout = 5000`,
  };
}

async function runAlone<Row>(
  connection: PostgresConnection,
  statement: WireStatement,
  beginning: WireStatement,
): Promise<readonly Row[]> {
  const [, answer, end] = await connection.sendTogether([beginning, statement, commit]);
  requireCommitted(end);
  return (answer?.rows ?? []) as readonly Row[];
}

const unprepared = ({ sql, parameters }: CompiledQuery): WireStatement => ({ sql, parameters });

/** Postgres answers the commit of a failed transaction politely: with a rollback. */
export function requireCommitted(end: WireAnswer | undefined): void {
  if (end?.command !== 'COMMIT') throw unavailable('The transaction was not committed.');
}
