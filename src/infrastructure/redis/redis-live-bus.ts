import { randomUUID } from 'node:crypto';
import { audienceOf, idOf } from '../../application/ports/live-bus.js';
import type { Audience, LiveBus, LiveSignal } from '../../application/ports/live-bus.js';
import type { RedisClient } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';
import { signalOf, signalText } from './signal-text.js';

/** A signal on its way, and what becomes of those who told an equal one meanwhile. */
interface Sending {
  again: PromiseWithResolvers<undefined> | null;
}

/**
 * Carries signals to the other instances, on one channel per shard: however many listen, the subscriptions are the
 * same. Listeners are kept by `local`, which also tells those of this instance without a detour.
 */
export class RedisLiveBus implements LiveBus {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;
  readonly #local: LiveBus;
  readonly #self = randomUUID();
  readonly #sending = new Map<string, Sending>();

  constructor(redis: RedisClient, keys: RedisKeys, local: LiveBus) {
    this.#redis = redis;
    this.#keys = keys;
    this.#local = local;
    const channels = keys.shards.map((shard) => keys.liveChannel(shard));
    redis.subscribe(channels, (message) => {
      this.#hear(message);
    });
  }

  async tell(signal: LiveSignal): Promise<void> {
    await this.#local.tell(signal);
    const text = signalText(signal);
    const sending = this.#sending.get(text);
    if (sending === undefined) return this.#send(signal, text);
    // What is on its way may arrive too early to show what this one is about.
    sending.again ??= Promise.withResolvers<undefined>();
    return sending.again.promise;
  }

  listen(audience: Audience, hear: (signal: LiveSignal) => void): () => void {
    return this.#local.listen(audience, hear);
  }

  async #send(signal: LiveSignal, text: string): Promise<void> {
    const sending: Sending = { again: null };
    this.#sending.set(text, sending);
    try {
      const channel = this.#keys.liveChannel(this.#keys.shardOf(idOf(audienceOf(signal))));
      await this.#redis.publish(channel, `${this.#self}|${text}`);
    } catch {
      // A signal: whoever listens elsewhere looks again by themselves.
    }
    // In the same step, so that an equal one which is told from now on finds this one gone, or the next on its way.
    const { again } = sending;
    if (again === null) this.#sending.delete(text);
    else {
      void this.#send(signal, text).then(() => {
        again.resolve(undefined);
      });
    }
  }

  #hear(message: string): void {
    const bar = message.indexOf('|');
    // Our own come back to us, and have been heard already.
    if (bar < 0 || message.slice(0, bar) === this.#self) return;
    const signal = signalOf(message.slice(bar + 1));
    if (signal !== null) void this.#local.tell(signal);
  }
}
