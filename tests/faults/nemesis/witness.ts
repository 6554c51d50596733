import type { Redis } from 'ioredis';
import type { RedisNode } from '../servers/redis-node.js';

const prefix = 'witness';

/**
 * Writes to a Redis, one key after the other, and remembers what was answered. Later it tells how much of that a
 * Redis does not know: the proof that something was lost, whoever looks.
 */
export class Witness {
  readonly #client: Redis;
  readonly #life = `${prefix}:${String(Date.now())}`;
  readonly #writing: Promise<void>;
  #acknowledged = 0;
  #served: readonly string[] = [];
  #over = false;

  static async open(node: RedisNode): Promise<Witness> {
    return new Witness(await node.connect());
  }

  constructor(client: Redis) {
    this.#client = client;
    this.#writing = this.#write();
  }

  /** The gateways' own marks of claims that were served, as they are there now. */
  async lookAtKeys(): Promise<void> {
    const found: string[] = [];
    for await (const keys of this.#client.scanStream({ match: '*:served:*', count: 1_000 })) {
      found.push(...(keys as string[]));
    }
    this.#served = found;
  }

  async lostOn(node: RedisNode): Promise<number> {
    this.#over = true;
    await this.#writing;
    this.#client.disconnect();
    return node.ask(async (redis) => {
      let known = 0;
      for (let number = 1; number <= this.#acknowledged; number += 1) {
        known += await redis.exists(`${this.#life}:${String(number)}`);
      }
      let served = 0;
      for (const key of this.#served) served += await redis.exists(key);
      return this.#acknowledged - known + (this.#served.length - served);
    });
  }

  async #write(): Promise<void> {
    try {
      while (!this.#over) {
        await this.#client.set(`${this.#life}:${String(this.#acknowledged + 1)}`, '1', 'EX', 120);
        this.#acknowledged += 1;
        // The run's own traffic is what is to be lost; this is only its witness.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    } catch {
      // It was killed, or is no primary any more.
    }
  }
}
