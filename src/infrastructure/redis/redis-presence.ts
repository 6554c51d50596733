import type { Presence } from '../../application/ports/presence.js';
import type { Beat } from '../../domain/device/presence.js';
import { beatArguments, beatOf, mostSamples } from './beat-text.js';
import type { RedisClient } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';

const hourMs = 3_600_000;

/** The latest beat and at most one sample per 15 s of the last hour; both go by themselves when a device is silent. */
export class RedisPresence implements Presence {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;

  constructor(redis: RedisClient, keys: RedisKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async beat(deviceId: string, beat: Beat): Promise<void> {
    await this.#redis.run(
      'keep-beat',
      [this.#keys.latestBeat(deviceId), this.#keys.beats(deviceId)],
      beatArguments(beat),
    );
  }

  async latest(deviceIds: readonly string[]): Promise<readonly (Beat | null)[]> {
    return Promise.all(
      deviceIds.map(async (deviceId) => {
        const text = await this.#redis.command('HGET', this.#keys.latestBeat(deviceId), 'beat');
        return typeof text === 'string' ? beatOf(text) : null;
      }),
    );
  }

  async lastHour(deviceId: string, now: Date): Promise<readonly Beat[]> {
    const until = now.getTime();
    const newestFirst = await this.#redis.command(
      'ZREVRANGEBYSCORE',
      this.#keys.beats(deviceId),
      String(until),
      `(${String(until - hourMs)}`,
      'LIMIT',
      '0',
      String(mostSamples),
    );
    if (!Array.isArray(newestFirst)) return [];
    return newestFirst
      .map((text) => beatOf(String(text)))
      .filter((beat) => beat !== null)
      .reverse();
  }
}
