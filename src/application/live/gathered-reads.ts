/**
 * Answers many questions of one kind with few calls: what is asked while a call is under way is gathered for the next
 * one. An answer is never older than its question. All in one call fail together.
 */
export class GatheredReads<Answer> {
  readonly #read: (ids: readonly string[]) => Promise<readonly Answer[]>;
  readonly #mostIds: number;
  readonly #waiting = new Map<string, PromiseWithResolvers<Answer>>();
  #isReading = false;

  /** `read` answers in the order of the ids, of which it gets at most `mostIds`, none twice. */
  constructor(read: (ids: readonly string[]) => Promise<readonly Answer[]>, mostIds: number) {
    this.#read = read;
    this.#mostIds = mostIds;
  }

  ask(id: string): Promise<Answer> {
    const waiting = this.#waiting.get(id) ?? Promise.withResolvers<Answer>();
    this.#waiting.set(id, waiting);
    if (!this.#isReading) void this.#readOn();
    return waiting.promise;
  }

  async #readOn(): Promise<void> {
    this.#isReading = true;
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, this.#mostIds);
      for (const [id] of batch) this.#waiting.delete(id);
      try {
        const answers = await this.#read(batch.map(([id]) => id));
        for (const [index, [, { resolve }]] of batch.entries()) resolve(answers[index] as Answer);
      } catch (error) {
        for (const [, { reject }] of batch) reject(error);
      }
    }
    this.#isReading = false;
  }
}
