import type { History } from '../ports/history.js';

/** For how long the past is kept, in ms; null: for ever. */
export interface Retention {
  /** Of commands and support sessions, from their end on. */
  readonly commandsMs: number | null;
  readonly activityMs: number | null;
}

export interface PurgedHistory {
  readonly sessions: number;
  readonly commands: number;
  readonly entries: number;
}

/** Few enough that nobody waits for a lock, and that a statement has time to spare. */
const batchSize = 500;
const customersAtOnce = 100;
/** One turn ends after so much, whatever is left: a stop waits for it, and so does everybody else's work. */
const mostInATurn = 20_000;

/**
 * Forgets what is older than it has to be kept: commands and support sessions that have ended, and the beginnings of activity logs. One
 * turn is bounded; it has to be repeated until it finds nothing. Several may do it at once.
 */
export class PurgeHistory {
  readonly #history: History;
  readonly #retention: Retention;

  constructor(history: History, retention: Retention) {
    this.#history = history;
    this.#retention = retention;
  }

  async execute(): Promise<PurgedHistory> {
    const { commandsMs, activityMs } = this.#retention;
    return {
      sessions:
        commandsMs === null ? 0 : await this.#purge((size) => this.#history.forgetSessions(commandsMs, size)),
      commands:
        commandsMs === null ? 0 : await this.#purge((size) => this.#history.forgetCommands(commandsMs, size)),
      entries: activityMs === null ? 0 : await this.#purgeActivity(activityMs),
    };
  }

  #purge(forget: (batchSize: number) => Promise<number>): Promise<number> {
    return untilEmpty(mostInATurn, () => forget(batchSize));
  }

  async #purgeActivity(ageMs: number): Promise<number> {
    let purged = 0;
    for (let afterId: string | null = null; purged < mostInATurn;) {
      const customers: readonly string[] = await this.#history.customersToForget(
        ageMs,
        afterId,
        customersAtOnce,
      );
      for (const customerId of customers) {
        purged += await untilEmpty(mostInATurn - purged, () =>
          this.#history.forgetActivity(customerId, ageMs, batchSize),
        );
      }
      afterId = customers.at(-1) ?? null;
      if (afterId === null) break;
    }
    return purged;
  }
}

async function untilEmpty(most: number, forget: () => Promise<number>): Promise<number> {
  for (let forgotten = 0; ;) {
    if (forgotten >= most) return forgotten;
    const count = await forget();
    forgotten += count;
    if (count === 0) return forgotten;
  }
}
