import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { audienceOf, idOf } from '../../application/ports/live-bus.js';
import type { Audience, LiveBus, LiveSignal } from '../../application/ports/live-bus.js';
import type { RedisClient } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';
import { signalOf, signalText } from './signal-text.js';

/** The listeners of this instance. */
export interface NearbyLiveBus extends LiveBus {
  /** Tells everybody who listens that something may have changed. Never rejects. */
  tellEverybody(): Promise<void>;
}

/** Every device is heard of again and again, and none is looked at as closely as this. */
const gatherMs = 100;

/** A signal on its way, and what becomes of those who told an equal one meanwhile. */
interface Sending {
  again: PromiseWithResolvers<undefined> | null;
}

/** Beats that wait for each other, by the channel; `sent` resolves when they are sent, or lost. */
interface Gathering {
  readonly texts: Map<string, Set<string>>;
  readonly sent: Promise<void>;
}

/**
 * Carries signals to the other instances, on one channel per shard: however many listen, the subscriptions are the
 * same. Listeners are kept by `local`, which also tells those of this instance without a detour. When the connection
 * that listens was lost, everybody hears a signal once it is back, as something may have been told meanwhile.
 */
export class RedisLiveBus implements LiveBus {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;
  readonly #local: NearbyLiveBus;
  readonly #self = randomUUID();
  readonly #sending = new Map<string, Sending>();
  #gathering: Gathering | null = null;

  constructor(redis: RedisClient, keys: RedisKeys, local: NearbyLiveBus) {
    this.#redis = redis;
    this.#keys = keys;
    this.#local = local;
    const channels = keys.shards.map((shard) => keys.liveChannel(shard));
    redis.subscribe(
      channels,
      (message) => {
        this.#hear(message);
      },
      () => void local.tellEverybody(),
    );
  }

  async tell(signal: LiveSignal): Promise<void> {
    await this.#local.tell(signal);
    const text = signalText(signal);
    if (signal.kind === 'beat') return this.#gather(this.#channelOf(signal), text);
    const sending = this.#sending.get(text);
    if (sending === undefined) return this.#send(signal, text);
    // What is on its way may arrive too early to show what this one is about.
    sending.again ??= Promise.withResolvers<undefined>();
    return sending.again.promise;
  }

  listen(audience: Audience, hear: (signal: LiveSignal) => void): () => void {
    return this.#local.listen(audience, hear);
  }

  #gather(channel: string, text: string): Promise<void> {
    const { texts, sent } = (this.#gathering ??= this.#beginGathering());
    const ofChannel = texts.get(channel);
    if (ofChannel === undefined) texts.set(channel, new Set([text]));
    else ofChannel.add(text);
    return sent;
  }

  #beginGathering(): Gathering {
    const texts: Gathering['texts'] = new Map();
    const sent = sleep(gatherMs, undefined, { ref: false }).then(async () => {
      this.#gathering = null;
      await Promise.all([...texts].map(([channel, some]) => this.#publish(channel, [...some].join('\n'))));
    });
    return { texts, sent };
  }

  async #send(signal: LiveSignal, text: string): Promise<void> {
    const sending: Sending = { again: null };
    this.#sending.set(text, sending);
    await this.#publish(this.#channelOf(signal), text);
    // In the same step, so that an equal one which is told from now on finds this one gone, or the next on its way.
    const { again } = sending;
    if (again === null) this.#sending.delete(text);
    else {
      void this.#send(signal, text).then(() => {
        again.resolve(undefined);
      });
    }
  }

  /** The texts of signals, one a line. */
  async #publish(channel: string, lines: string): Promise<void> {
    try {
      await this.#redis.publish(channel, `${this.#self}|${lines}`);
    } catch {
      // Signals: whoever listens elsewhere looks again by themselves.
    }
  }

  #channelOf(signal: LiveSignal): string {
    return this.#keys.liveChannel(this.#keys.shardOf(idOf(audienceOf(signal))));
  }

  #hear(message: string): void {
    // Our own come back to us, and have been heard already.
    if (message.startsWith(this.#self)) return;
    for (const text of message.slice(message.indexOf('|') + 1).split('\n')) {
      const signal = signalOf(text);
      if (signal !== null) void this.#local.tell(signal);
    }
  }
}
