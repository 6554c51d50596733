import type { PoolClient, QueryConfig, QueryResult } from 'pg';

import { leavesConnectionUsable, postgresFault, unavailable } from './postgres-faults.js';

export interface WireStatement {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
}

export interface WireAnswer {
  /** What was done, such as `COMMIT`. */
  readonly command: string;
  readonly rows: readonly unknown[];
}

/** One connection of the pool, lent for a limited time. */
export class PostgresConnection {
  readonly #client: PoolClient;
  readonly #deadline: number;
  #usable = true;

  /** `deadline`: reading of `performance.now()` after which nobody waits for an answer any more. */
  constructor(client: PoolClient, deadline: number) {
    this.#client = client;
    this.#deadline = deadline;
  }

  /** False once an error has left the connection in a state that nobody knows. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Rejects with what `postgresFault` makes of the driver's error. */
  async send(statement: WireStatement): Promise<WireAnswer> {
    const remainingMs = Math.floor(this.#deadline - performance.now());
    if (remainingMs <= 0) {
      // Whatever is open on it, nobody has the time to close it.
      this.#usable = false;
      throw unavailable('The database took too long.');
    }
    // The driver takes a limit per query that its types do not list. It cuts the connection, and with it the wait.
    const query: QueryConfig & { readonly query_timeout: number } = {
      text: statement.sql,
      values: [...(statement.parameters ?? [])],
      query_timeout: remainingMs,
    };
    try {
      // Several statements in one text have several answers; the last one is the one that was asked for.
      const answer: QueryResult | QueryResult[] = await this.#client.query(query);
      return Array.isArray(answer) ? lastOf(answer) : answer;
    } catch (error) {
      this.#usable &&= leavesConnectionUsable(error);
      throw postgresFault(error);
    }
  }

  /**
   * Sends the statements without waiting in between: they go out at once, and are answered in order. Rejects with
   * the first error, the others only follow from it, and not before everything is answered.
   */
  async sendTogether(statements: readonly WireStatement[]): Promise<readonly WireAnswer[]> {
    const settled = await Promise.allSettled(statements.map((statement) => this.send(statement)));
    return settled.map((answer) => {
      if (answer.status === 'rejected') throw answer.reason;
      return answer.value;
    });
  }
}

function lastOf(answers: readonly QueryResult[]): QueryResult {
  const last = answers.at(-1);
  if (last === undefined) throw new Error('the server gave no answer');
  return last;
}
