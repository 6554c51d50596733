import { unavailable } from './postgres-faults.js';

/** The answer to an item that fails alone. */
export class Failed {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** An item of a batch, and whoever waits for its answer. Only the first answer counts. */
export class Asked<Item, Answer> {
  readonly item: Item;
  /** By `performance.now()`. */
  readonly askedAt = performance.now();
  /** The queue that has to see to it: another one, once it was handed over. */
  holder: object | null = null;
  readonly #settled = Promise.withResolvers<Answer>();
  readonly #timer: NodeJS.Timeout;
  #answered = false;

  /** Who has waited for `answerMs` is told so, whatever becomes of the item. */
  constructor(item: Item, answerMs: number) {
    this.item = item;
    this.#timer = setTimeout(() => {
      this.answer(new Failed(unavailable('The database took too long.')));
    }, answerMs);
  }

  /** True once it is answered, if only by the time being up. */
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
