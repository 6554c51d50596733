import { Fault } from '../../domain/shared/fault.js';
import { unavailable } from './postgres-faults.js';

export interface GroupLimits {
  readonly batchSize: number;
  /** Who has waited for so long is told so, whatever becomes of the item. */
  readonly answerMs: number;
}

const defaultLimits: GroupLimits = { batchSize: 256, answerMs: 1_800 };

/** The answer to an item that fails alone. */
export class Failed {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** An item of a batch, and whoever waits for its answer. Only the first answer counts. */
export interface Asked<Item, Answer> {
  readonly item: Item;
  /** True once it is answered, if only by the time being up. */
  readonly answered: boolean;
  answer(answer: Answer | Failed): void;
}

type Run<Item, Answer> = (batch: readonly Asked<Item, Answer>[]) => Promise<void>;

class Place<Item, Answer> implements Asked<Item, Answer> {
  readonly item: Item;
  readonly #settled = Promise.withResolvers<Answer>();
  readonly #timer: NodeJS.Timeout;
  #answered = false;

  constructor(item: Item, answerMs: number) {
    this.item = item;
    this.#timer = setTimeout(() => {
      this.answer(new Failed(unavailable('The database took too long.')));
    }, answerMs);
  }

  get answered(): boolean {
    return this.#answered;
  }

  get promise(): Promise<Answer> {
    return this.#settled.promise;
  }

  answer(answer: Answer | Failed): void {
    this.#answered = true;
    clearTimeout(this.#timer);
    if (answer instanceof Failed) this.#settled.reject(answer.error);
    else this.#settled.resolve(answer);
  }
}

/**
 * Gathers what arrives while a batch is under way into the next one, so that many small writes share one commit.
 * When nothing is under way, an item goes at once. One batch at a time, items in order of arrival.
 */
export class GroupCommit<Item, Answer> {
  readonly #run: Run<Item, Answer>;
  readonly #limits: GroupLimits;
  readonly #queue: Place<Item, Answer>[] = [];
  #working: Promise<void> | null = null;

  /** `run` answers every item, each as soon as it can. When it rejects, those still unanswered are not done. */
  constructor(run: Run<Item, Answer>, limits: GroupLimits = defaultLimits) {
    this.#run = run;
    this.#limits = limits;
  }

  submit(item: Item): Promise<Answer> {
    const place = new Place<Item, Answer>(item, this.#limits.answerMs);
    this.#queue.push(place);
    this.#working ??= this.#work();
    return place.promise;
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  async #work(): Promise<void> {
    // What one caller asks for in one go belongs into one batch.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#settle(this.#queue.splice(0, this.#limits.batchSize));
    this.#working = null;
  }

  async #settle(places: readonly Place<Item, Answer>[]): Promise<void> {
    const batch = places.filter(({ answered }) => !answered);
    if (batch.length === 0) return;
    try {
      await this.#run(batch);
      answerRest(batch, new Error('a batch left one of its items without an answer'));
    } catch (error) {
      // A database that is away is away for everybody; anything else may be the doing of one item.
      if (batch.length === 1 || isAway(error)) answerRest(batch, error);
      else for (const place of batch) await this.#settle([place]);
    }
  }
}

function answerRest<Answer>(batch: readonly Asked<unknown, Answer>[], error: unknown): void {
  for (const asked of batch) if (!asked.answered) asked.answer(new Failed(error));
}

const isAway = (error: unknown): boolean => error instanceof Fault && error.kind === 'unavailable';
