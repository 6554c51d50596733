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

type Run<Item, Answer> = (items: readonly Item[]) => Promise<readonly (Answer | Failed)[]>;

/** One who waits for an answer, and gets at most one. */
class Place<Item, Answer> {
  readonly item: Item;
  readonly answer: Promise<Answer>;
  readonly #settled: PromiseWithResolvers<Answer>;
  readonly #timer: NodeJS.Timeout;
  given = false;

  constructor(item: Item, answerMs: number) {
    this.item = item;
    this.#settled = Promise.withResolvers<Answer>();
    this.answer = this.#settled.promise;
    this.#timer = setTimeout(() => {
      this.reject(unavailable('The database took too long.'));
    }, answerMs);
  }

  settle(answer: Answer | Failed | undefined): void {
    if (answer === undefined) this.reject(new Error('a batch left one of its items without an answer'));
    else if (answer instanceof Failed) this.reject(answer.error);
    else {
      this.#give();
      this.#settled.resolve(answer);
    }
  }

  reject(error: unknown): void {
    this.#give();
    this.#settled.reject(error);
  }

  #give(): void {
    this.given = true;
    clearTimeout(this.#timer);
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

  /** `run` answers every item, in their order, or rejects for all of them alike. */
  constructor(run: Run<Item, Answer>, limits: GroupLimits = defaultLimits) {
    this.#run = run;
    this.#limits = limits;
  }

  submit(item: Item): Promise<Answer> {
    const place = new Place<Item, Answer>(item, this.#limits.answerMs);
    this.#queue.push(place);
    this.#working ??= this.#work();
    return place.answer;
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
    const batch = places.filter(({ given }) => !given);
    if (batch.length === 0) return;
    try {
      const answers = await this.#run(batch.map(({ item }) => item));
      for (const [index, place] of batch.entries()) place.settle(answers[index]);
    } catch (error) {
      // A database that is away is away for everybody; anything else may be the doing of one item.
      if (batch.length > 1 && !isAway(error)) {
        for (const place of batch) await this.#settle([place]);
      } else {
        for (const place of batch) place.reject(error);
      }
    }
  }
}

const isAway = (error: unknown): boolean => error instanceof Fault && error.kind === 'unavailable';
