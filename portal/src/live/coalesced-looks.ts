/** Before a second look at the same thing: a burst of events about it costs one look, and one after it. */
const restMs = 500;

/** Looks things up by id, each at most once at a time, and once more when it was named meanwhile. */
export class CoalescedLooks {
  readonly #look: (id: string) => Promise<void>;
  readonly #waiting = new Map<string, 'looking' | 'again'>();

  /** `look` deals with its own refusals. */
  constructor(look: (id: string) => Promise<void>) {
    this.#look = look;
  }

  at(id: string): void {
    if (this.#waiting.has(id)) {
      this.#waiting.set(id, 'again');
      return;
    }
    this.#waiting.set(id, 'looking');
    void this.#run(id);
  }

  async #run(id: string): Promise<void> {
    for (;;) {
      await this.#look(id).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, restMs));
      if (this.#waiting.get(id) !== 'again') break;
      this.#waiting.set(id, 'looking');
    }
    this.#waiting.delete(id);
  }
}
