import { AsyncResource } from 'node:async_hooks';
import { Fault } from '../../domain/shared/fault.js';
import { Asked, Failed } from './asked.js';

export interface GroupLimits {
  readonly batchSize: number;
  /** Who has waited for so long is told so, whatever becomes of the item. */
  readonly answerMs: number;
}

const defaultLimits: GroupLimits = { batchSize: 256, answerMs: 1_800 };

/** A batch that is about to run. */
export interface BatchSize {
  readonly items: number;
  /** For how long the first of them has waited. */
  readonly waitedMs: number;
}

/** Hears of every batch, and never fails. */
export type WatchBatches = (batch: BatchSize) => void;

/** Answers every item, each as soon as it can, or hands it over to another group. */
export type Run<Item, Answer> = (batch: readonly Asked<Item, Answer>[]) => Promise<void>;

/**
 * Gathers what arrives while a batch is under way into the next one, so that many small writes share one commit.
 * When nothing is under way, an item goes at once. One batch at a time, items in order of arrival.
 */
export class GroupCommit<Item, Answer> {
  readonly #run: Run<Item, Answer>;
  readonly #limits: GroupLimits;
  readonly #watch: WatchBatches;
  readonly #queue: Asked<Item, Answer>[] = [];
  /** Where batches run: a batch belongs to all who are in it, and not to the request that happened to begin it. */
  readonly #place = new AsyncResource('GroupCommit');
  #working: Promise<void> | null = null;

  /** When `run` rejects, the items that are still unanswered are not done. */
  constructor(
    run: Run<Item, Answer>,
    limits: GroupLimits = defaultLimits,
    watch: WatchBatches = () => undefined,
  ) {
    this.#run = run;
    this.#limits = limits;
    this.#watch = watch;
  }

  submit(item: Item): Promise<Answer> {
    const asked = new Asked<Item, Answer>(item, this.#limits.answerMs);
    this.take([asked]);
    return asked.promise;
  }

  /** True when nothing waits and nothing is under way. */
  get idle(): boolean {
    return this.#working === null;
  }

  /** Takes over items from another group. Their time goes on. */
  take(items: readonly Asked<Item, Answer>[]): void {
    for (const asked of items) asked.holder = this;
    this.#queue.push(...items);
    this.#working ??= this.#place.runInAsyncScope(() => this.#work());
  }

  /** Hands out everything that is not under way. */
  giveUp(): readonly Asked<Item, Answer>[] {
    return this.#queue.splice(0);
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  async #work(): Promise<void> {
    // What one caller asks for in one go belongs into one batch.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#limits.batchSize);
      this.#watch({ items: batch.length, waitedMs: performance.now() - (batch[0]?.askedAt ?? 0) });
      await this.#settle(batch);
    }
    this.#working = null;
  }

  async #settle(items: readonly Asked<Item, Answer>[]): Promise<void> {
    const batch = this.#unanswered(items);
    if (batch.length === 0) return;
    try {
      await this.#run(batch);
      this.#answerRest(batch, new Error('a batch left one of its items without an answer'));
    } catch (error) {
      // A database that is away is away for everybody; anything else may be the doing of one item.
      if (batch.length === 1 || isAway(error)) this.#answerRest(batch, error);
      else for (const asked of batch) await this.#settle([asked]);
    }
  }

  #answerRest(batch: readonly Asked<Item, Answer>[], error: unknown): void {
    for (const asked of this.#unanswered(batch)) asked.answer(new Failed(error));
  }

  #unanswered(items: readonly Asked<Item, Answer>[]): readonly Asked<Item, Answer>[] {
    return items.filter(({ answered, holder }) => !answered && holder === this);
  }
}

const isAway = (error: unknown): boolean => error instanceof Fault && error.kind === 'unavailable';
