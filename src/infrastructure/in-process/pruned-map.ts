const firstPruneAt = 1_024;

/**
 * A map that lets go of what is over. It looks through all entries whenever their number has doubled since the
 * last time, so that an entry costs the same however many there are, and nothing has to run in the background.
 */
export class PrunedMap<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #isOver: (value: Value, nowMs: number) => boolean;
  #pruneAt = firstPruneAt;

  constructor(isOver: (value: Value, nowMs: number) => boolean) {
    this.#isOver = isOver;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value, nowMs: number): void {
    this.#entries.set(key, value);
    if (this.#entries.size < this.#pruneAt) return;
    for (const [old, kept] of this.#entries) {
      if (this.#isOver(kept, nowMs)) this.#entries.delete(old);
    }
    this.#pruneAt = Math.max(firstPruneAt, this.#entries.size * 2);
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }
}
