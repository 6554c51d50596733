import { setTimeout as sleep } from 'node:timers/promises';

import type { Transaction, UnitOfWork } from '../../application/ports/unit-of-work.js';
import { appendEntries } from './append-entries.js';
import type { CustomerScope } from './customer-scope.js';
import { beginFor, gatewaysOwn } from './customer-scope.js';
import type { PostgresConnection, WireStatement } from './postgres-connection.js';
import { isLockTimeout, isUndone } from './postgres-faults.js';
import type { PostgresPool } from './postgres-pool.js';
import { commit, requireCommitted } from './postgres-pool.js';
import { PostgresTransaction } from './postgres-transaction.js';
import { defaultMaxOpen } from './propose-commands.js';

const maxTries = 4;
const maxPauseMs = 100;
const rollback = { sql: 'rollback' };

export class PostgresUnitOfWork implements UnitOfWork {
  readonly #pool: PostgresPool;
  readonly #maxOpen: number;
  readonly #scope: CustomerScope;

  /**
   * `maxOpen`: how many commands that have not ended a device may have. `scope`: on whose behalf the work is done,
   * which then sees and writes nothing of anybody else's.
   */
  constructor(pool: PostgresPool, maxOpen = defaultMaxOpen, scope: CustomerScope = gatewaysOwn) {
    this.#pool = pool;
    this.#maxOpen = maxOpen;
    this.#scope = scope;
  }

  async run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const beginning = withTime(beginFor(this.#scope()));
    return this.#pool.use(async (connection) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await runOnce(connection, work, beginning, this.#maxOpen);
        } catch (error) {
          // The lock limit is shorter than the server's patience with deadlocks, and so mostly the first to see one.
          if (tries === maxTries || !(isUndone(error) || isLockTimeout(error))) throw error;
          // Two that ran into each other once would do so again, were they to start over in step.
          await sleep(Math.random() * maxPauseMs);
        }
      }
    });
  }
}

async function runOnce<Result>(
  connection: PostgresConnection,
  work: (transaction: Transaction) => Promise<Result>,
  beginning: WireStatement,
  maxOpen: number,
): Promise<Result> {
  let transaction: PostgresTransaction | null = null;
  try {
    const { rows } = await connection.send(beginning);
    const [{ now }] = rows as [{ now: Date }];
    transaction = new PostgresTransaction(connection, now, maxOpen);
    const result = await work(transaction);
    await transaction.commands.write();
    transaction.end();
    await finish(connection, transaction);
    return result;
  } catch (error) {
    transaction?.end();
    // Also what has only begun: the next one on this connection would find a transaction that is aborted.
    if (connection.usable) await connection.send(rollback).catch(() => undefined);
    throw error;
  }
}

const withTime = ({ sql }: WireStatement): WireStatement => ({
  sql: `${sql}; select fieldgate.clock_now() as now`,
});

/** Entries and commit go out together, so that a customer's log is never locked while a gateway is thinking. */
async function finish(connection: PostgresConnection, { entries }: PostgresTransaction): Promise<void> {
  const last = entries.length > 0 ? [appendEntries(entries), commit] : [commit];
  const answers = await connection.sendTogether(last);
  requireCommitted(answers.at(-1));
}
