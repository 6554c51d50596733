import { v7 } from 'uuid';
import type { Ids } from '../../application/ports/ids.js';
import { RandomPool } from './random-pool.js';

/** UUIDs of version 7 (RFC 9562), ascending: within a millisecond a counter goes on from where chance put it. */
export class UuidIds implements Ids {
  readonly #pool = new RandomPool();
  #ms = 0;
  #counter = 0;

  uuid(): string {
    const random = this.#pool.take(16);
    const now = Date.now();
    if (now > this.#ms) {
      this.#ms = now;
      // Half of its range, so that there is room to count.
      this.#counter = Buffer.from(random.buffer, random.byteOffset).readUInt32BE(6) >>> 1;
    } else {
      this.#counter = (this.#counter + 1) >>> 0;
      if (this.#counter === 0) this.#ms += 1;
    }
    return v7({ random, msecs: this.#ms, seq: this.#counter });
  }
}
