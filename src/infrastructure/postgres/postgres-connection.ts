import type { PoolClient, QueryConfig, QueryResult } from 'pg';

import { leavesConnectionUsable, postgresFault, unavailable } from './postgres-faults.js';

export interface WireStatement {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
  /** Under which name the server is to keep its plan. */
  readonly preparedAs?: string;
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
    const { preparedAs } = statement;
    const query: QueryConfig & { readonly query_timeout: number } = {
      ...(preparedAs !== undefined && { name: preparedAs }),
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
    // One write to the network for all of them.
    const { stream } = this.#client.connection;
    stream.cork();
    const sent = statements.map((statement) => this.send(statement));
    stream.uncork();
    const settled = await Promise.allSettled(sent);
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
