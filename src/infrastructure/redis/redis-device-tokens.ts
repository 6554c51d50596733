import type {
  Admission,
  DeviceSession,
  DeviceTokens,
  KeptToken,
  TokenLifetime,
} from '../../application/ports/device-tokens.js';
import type { RateRule } from '../../application/ports/rate-limiter.js';
import { scriptInstant } from './script-instant.js';
import type { InstantSource } from './script-instant.js';
import type { RedisClient } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';

/** A device that signs in again and again keeps its newest tokens only. */
const mostPerDevice = 64;

/**
 * The tokens of a device in one hash, beside its budget and its queue: whatever happens to them is one step, and to let
 * a device in is one call.
 */
export class RedisDeviceTokens implements DeviceTokens {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;
  readonly #instant: InstantSource;

  constructor(redis: RedisClient, keys: RedisKeys, instant: InstantSource = null) {
    this.#redis = redis;
    this.#keys = keys;
    this.#instant = instant;
  }

  async put(hash: string, session: DeviceSession, { idleMs, lifeMs }: TokenLifetime): Promise<void> {
    const { deviceId, customerId, tokenGeneration } = session;
    await this.#redis.run(
      'put-token',
      [this.#keys.deviceTokens(deviceId)],
      [
        scriptInstant(this.#instant),
        hash,
        customerId,
        String(tokenGeneration),
        String(idleMs),
        String(lifeMs),
        String(mostPerDevice),
      ],
    );
  }

  async admit({ deviceId, hash }: KeptToken, { name, points, windowMs }: RateRule): Promise<Admission> {
    const keys = this.#keys;
    const { ready, held, delayed, ranks } = keys.queue(deviceId);
    const budget = keys.deviceBudget(name, deviceId);
    const epoch = keys.epoch(keys.shardOf(deviceId));
    const [kind, customerId = '', generation, taken, resetMs, waiting, inHold, state] = await this.#redis.run(
      'admit-device',
      [keys.deviceTokens(deviceId), budget, ready, held, delayed, ranks, epoch],
      [scriptInstant(this.#instant), hash, String(points), String(windowMs)],
    );
    if (kind !== 'admitted' && kind !== 'limited') return { kind: 'unknown' };
    return {
      kind,
      session: { deviceId, customerId, tokenGeneration: Number(generation) },
      verdict: {
        allowed: kind === 'admitted',
        remaining: Math.max(0, points - Number(taken)),
        resetMs: Number(resetMs),
      },
      queue: { waiting: Number(waiting), held: Number(inHold), complete: state === 'complete' },
    };
  }

  async revoke({ deviceId, hash }: KeptToken): Promise<void> {
    await this.#redis.command('HDEL', this.#keys.deviceTokens(deviceId), hash);
  }

  async revokeAll(deviceId: string): Promise<number> {
    const keys = [this.#keys.deviceTokens(deviceId)];
    const [, alive] = await this.#redis.run('revoke-tokens', keys, [scriptInstant(this.#instant)]);
    return Number(alive);
  }
}
