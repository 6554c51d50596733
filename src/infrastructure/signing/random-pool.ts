import { randomFillSync } from 'node:crypto';

/** Asking the system costs the same for 16 bytes and for thousands. */
const poolBytes = 4_096;

/** Random bytes, asked of the system in bulk and handed out once each. For ids, not for secrets: they lie in memory. */
export class RandomPool {
  readonly #pool = new Uint8Array(poolBytes);
  #used = poolBytes;

  /** `count` bytes, at most 4,096. They are overwritten later: use them at once. */
  take(count: number): Uint8Array {
    if (this.#used + count > poolBytes) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const begin = this.#used;
    this.#used += count;
    return this.#pool.subarray(begin, this.#used);
  }
}
