/** Joins those who wait for the end of something with the one who hears of it, whoever comes first. */
export class AwaitedEnds {
  readonly #waiting = new Map<number, () => void>();
  readonly #early = new Set<number>();
  #last = 0;

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  ended(key: number): void {
    const resolve = this.#waiting.get(key);
    if (resolve === undefined) this.#early.add(key);
    this.#waiting.delete(key);
    resolve?.();
  }

  async of(key: number): Promise<void> {
    if (this.#early.delete(key)) return;
    await new Promise<void>((resolve) => {
      this.#waiting.set(key, resolve);
    });
  }
}
