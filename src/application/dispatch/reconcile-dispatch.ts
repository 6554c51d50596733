import type { CommandReading } from '../ports/command-records.js';
import type { CommandDeadlines } from '../ports/command-deadlines.js';
import type { DispatchEpochs } from '../ports/dispatch-epochs.js';
import type { DispatchQueue } from '../ports/dispatch-queue.js';
import type { WakeUps } from '../ports/wake-ups.js';
import type { Ids } from '../ports/ids.js';
import { nextInLine } from './next-in-line.js';
import { placementByNow } from './placement-by-now.js';

/** What follows a commit normally takes milliseconds; what is older than this was interrupted. */
export const interruptedAfterMs = 2_000;

const pageSize = 500;

export interface ReconcileReport {
  /** Placed because nothing showed that the store had heard of their last change. */
  readonly repaired: number;
  /** Placed because the store was new, wiped or restored. */
  readonly rebuilt: number;
}

/**
 * Puts the dispatch store right from the record: what a crash kept from being offered, and everything that has
 * not ended when the store lost its memory. Placing is idempotent, so several gateways may do it at once.
 */
export class ReconcileDispatch {
  readonly #deadlines: CommandDeadlines;
  readonly #epochs: DispatchEpochs;
  readonly #queue: DispatchQueue;
  readonly #wakeUps: WakeUps;
  readonly #ids: Ids;
  #placedUpTo: string | null = null;
  #passes = 0;

  constructor(
    deadlines: CommandDeadlines,
    epochs: DispatchEpochs,
    queue: DispatchQueue,
    wakeUps: WakeUps,
    ids: Ids,
  ) {
    this.#deadlines = deadlines;
    this.#epochs = epochs;
    this.#queue = queue;
    this.#wakeUps = wakeUps;
    this.#ids = ids;
  }

  async execute(): Promise<ReconcileReport> {
    const epoch = await this.#epochs.current();
    if (epoch === null || !(await this.#queue.inEpoch(epoch))) {
      return { repaired: 0, rebuilt: await this.#rebuild() };
    }
    const readings = await this.#deadlines.undispatched(interruptedAfterMs, pageSize);
    await this.#place(readings);
    await this.#place(await nextInLine(this.#deadlines, readings));
    await this.#deadlines.markDispatched(readings.map(({ command }) => command));
    return { repaired: readings.length, rebuilt: 0 };
  }

  /**
   * Every rebuild begins an epoch of its own, so that an older memory of the store, from a snapshot or a replica,
   * is never taken for the present one. Gateways that rebuild at once do not disturb each other: the first to end
   * wins, the others find their mark gone, note nothing, and are in the winner's epoch at their next turn. Only a
   * gateway that looks in the milliseconds between the winner's two notes rebuilds once more, by the same rules.
   * Dying at any point leaves the two stores in disagreement, and the next turn begins anew.
   */
  async #rebuild(): Promise<number> {
    const mark = this.#ids.uuid();
    await this.#queue.beginRebuild(mark);
    const placed = await this.#placeAllOpen();
    const epoch = this.#ids.uuid();
    // Postgres last: had the losers noted theirs too, the winner's epoch would not be the one looked for.
    if (await this.#queue.beginEpoch(epoch, mark)) await this.#epochs.begin(epoch);
    return placed;
  }

  /**
   * Places the next 500 open commands, whatever the store seems to know; true when those were the last ones, and the
   * next call begins anew. Done over and over, it bounds for how long a store that lost only a part of its memory can
   * mislead. Never called twice at once.
   */
  async placeNext(): Promise<boolean> {
    const pass = this.#passes;
    const readings = await this.#deadlines.open(this.#placedUpTo, pageSize);
    await this.#place(readings);
    if (pass !== this.#passes) return false;
    this.#placedUpTo = afterPage(readings);
    return this.#placedUpTo === null;
  }

  /** The store may have forgotten what was placed so far: the next call of `placeNext` begins with the first command. */
  placeAnew(): void {
    this.#passes += 1;
    this.#placedUpTo = null;
  }

  async #placeAllOpen(): Promise<number> {
    let placed = 0;
    let afterId: string | null = null;
    do {
      const readings: readonly CommandReading[] = await this.#deadlines.open(afterId, pageSize);
      await this.#place(readings);
      placed += readings.length;
      afterId = afterPage(readings);
    } while (afterId !== null);
    return placed;
  }

  async #place(readings: readonly CommandReading[]): Promise<void> {
    if (readings.length === 0) return;
    const placements = readings.map(placementByNow);
    await this.#queue.place(placements);
    const offered = placements.filter(({ kind }) => kind === 'offer').map(({ deviceId }) => deviceId);
    await Promise.all([...new Set(offered)].map((deviceId) => this.#wakeUps.wake(deviceId)));
  }
}

/** Where the next page begins; null after the last one. */
const afterPage = (readings: readonly CommandReading[]): string | null =>
  readings.length < pageSize ? null : (readings.at(-1)?.command.id ?? null);
