import { randomUUID } from 'node:crypto';
import type { Seat, WakeUps } from '../../application/ports/wake-ups.js';
import type { RedisClient } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';

/** A seat is not kept waiting for long by a subscription that is on its way. */
const subscribeWithinMs = 250;

/**
 * Carries wake-ups to the other instances, on one channel per shard. Seats are kept by `local`, which also wakes
 * those of this instance without a detour.
 */
export class RedisWakeUps implements WakeUps {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;
  readonly #local: WakeUps;
  readonly #self = randomUUID();

  constructor(redis: RedisClient, keys: RedisKeys, local: WakeUps) {
    this.#redis = redis;
    this.#keys = keys;
    this.#local = local;
    const channels = keys.shards.map((shard) => keys.wakeChannel(shard));
    redis.subscribe(channels, (message) => {
      this.#hear(message);
    });
  }

  async wake(deviceId: string): Promise<void> {
    await this.#local.wake(deviceId);
    try {
      const channel = this.#keys.wakeChannel(this.#keys.shardOf(deviceId));
      await this.#redis.publish(channel, `${this.#self}|${deviceId}`);
    } catch {
      // A hint: whoever waits elsewhere looks again by themselves.
    }
  }

  async take(deviceId: string): Promise<Seat> {
    await this.#redis.subscribed(subscribeWithinMs);
    return this.#local.take(deviceId);
  }

  #hear(message: string): void {
    const bar = message.indexOf('|');
    // Our own come back to us, and have been heeded already.
    if (message.slice(0, bar) !== this.#self) void this.#local.wake(message.slice(bar + 1));
  }
}
