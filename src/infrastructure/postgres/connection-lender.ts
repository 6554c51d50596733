import type { Pool, PoolClient } from 'pg';

import { ConnectionAttempts } from './connection-attempts.js';
import { postgresFault, unavailable } from './postgres-faults.js';

/** Waiting for a connection, whether one has to come free or to come up. */
const waitMs = 1_000;
/** Whoever waits sees one attempt at least. */
const limits = {
  patienceMs: 3_000,
  longestPatienceMs: 30_000,
  firstPauseMs: 100,
  longestPauseMs: 800,
} as const;

interface Borrower {
  readonly receive: (client: PoolClient) => void;
}

/**
 * Lends the driver's connections in the order in which they are asked for. Nobody is bound to a connection that is on
 * its way: whichever comes free or comes up first is lent, and one that comes up when nobody waits any more is kept.
 * The driver's own queue stays empty.
 */
export class ConnectionLender {
  readonly #driver: Pool;
  readonly #attempts = new ConnectionAttempts(limits, Math.random);
  readonly #borrowers = new Set<Borrower>();
  /** Connections asked of the driver that are idle there, and that are on their way. */
  #idleAsked = 0;
  #newAsked = 0;
  #nextTry: NodeJS.Timeout | undefined;
  #lastFailure: unknown;

  constructor(driver: Pool) {
    this.#driver = driver;
  }

  /** Rejects with `dependency_unavailable` when none came free within a second. */
  lend(): Promise<PoolClient> {
    return new Promise((resolve, reject) => {
      const borrower: Borrower = {
        receive: (client) => {
          clearTimeout(timer);
          this.#borrowers.delete(borrower);
          resolve(client);
        },
      };
      const timer = setTimeout(() => {
        this.#borrowers.delete(borrower);
        reject(unavailable('No connection to the database came free.', this.#lastFailure));
      }, waitMs);
      this.#borrowers.add(borrower);
      this.#serve();
    });
  }

  /** `isUsable`: false for one that is in a state that nobody knows. */
  takeBack(client: PoolClient, isUsable: boolean): void {
    client.release(!isUsable);
    this.#serve();
  }

  close(): void {
    clearTimeout(this.#nextTry);
  }

  #serve(): void {
    // Also to those for whom a connection is on its way: what is there already comes first.
    while (this.#idleAsked < this.#borrowers.size && this.#driver.idleCount > this.#idleAsked) {
      void this.#fetchIdle();
    }
    while (
      this.#idleAsked + this.#newAsked < this.#borrowers.size &&
      this.#driver.totalCount < this.#driver.options.max
    ) {
      const pauseMs = this.#attempts.waitMs(performance.now());
      if (pauseMs === 0) void this.#connect();
      else if (pauseMs !== null) this.#serveIn(pauseMs);
      if (pauseMs !== 0) return;
    }
  }

  #serveIn(ms: number): void {
    clearTimeout(this.#nextTry);
    this.#nextTry = setTimeout(() => {
      this.#serve();
    }, Math.ceil(ms));
  }

  async #fetchIdle(): Promise<void> {
    this.#idleAsked += 1;
    try {
      const client = await this.#driver.connect();
      this.#idleAsked -= 1;
      this.#hand(client);
    } catch (error) {
      this.#idleAsked -= 1;
      this.#goOnAfter(error);
    }
  }

  async #connect(): Promise<void> {
    this.#newAsked += 1;
    this.#attempts.begun();
    try {
      // The driver reads it when an attempt begins.
      this.#driver.options.connectionTimeoutMillis = this.#attempts.patienceMs;
      const client = await this.#driver.connect();
      this.#newAsked -= 1;
      this.#attempts.came();
      this.#lastFailure = undefined;
      this.#hand(client);
    } catch (error) {
      this.#newAsked -= 1;
      this.#attempts.failed(performance.now());
      this.#goOnAfter(error);
    }
  }

  #goOnAfter(error: unknown): void {
    this.#lastFailure = postgresFault(error);
    this.#serve();
  }

  #hand(client: PoolClient): void {
    const [first] = this.#borrowers;
    if (first === undefined) client.release();
    else first.receive(client);
    this.#serve();
  }
}
