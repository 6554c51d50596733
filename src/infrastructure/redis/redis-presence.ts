import type { Presence } from '../../application/ports/presence.js';
import type { Beat } from '../../domain/device/presence.js';
import { beatOf, beatText } from './beat-text.js';
import type { RedisClient } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';

const sampleSpanMs = 15_000;
const hourMs = 3_600_000;
const mostSamples = 240;
const samplesLiveMs = 2 * hourMs;
const latestLivesMs = 30 * 24 * hourMs;

/** The latest beat and at most one sample per 15 s of the last hour; both go by themselves when a device is silent. */
export class RedisPresence implements Presence {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;

  constructor(redis: RedisClient, keys: RedisKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async beat(deviceId: string, beat: Beat): Promise<void> {
    const figures = [sampleSpanMs, hourMs, mostSamples, latestLivesMs, samplesLiveMs].map(String);
    await this.#redis.run(
      'keep-beat',
      [this.#keys.latestBeat(deviceId), this.#keys.beats(deviceId)],
      [String(beat.at.getTime()), beatText(beat), ...figures],
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
