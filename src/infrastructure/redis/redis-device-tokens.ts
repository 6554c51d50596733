import type {
  Admission,
  DeviceSession,
  DeviceTokens,
  KeptToken,
  TokenLifetime,
} from '../../application/ports/device-tokens.js';
import type { RateRule } from '../../application/ports/rate-limiter.js';
import type { Beat } from '../../domain/device/presence.js';
import { beatArguments } from './beat-text.js';
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

  async admit(token: KeptToken, budget: RateRule): Promise<Admission> {
    const answer = await this.#redis.run(
      'admit-device',
      this.#admissionKeys(token, budget),
      this.#admissionArguments(token, budget),
    );
    return admissionOf(answer, token, budget);
  }

  async admitBeat(token: KeptToken, budget: RateRule, beat: Beat): Promise<Admission> {
    const { deviceId } = token;
    const answer = await this.#redis.run(
      'admit-beat',
      [...this.#admissionKeys(token, budget), this.#keys.latestBeat(deviceId), this.#keys.beats(deviceId)],
      [...this.#admissionArguments(token, budget), ...beatArguments(beat)],
    );
    return admissionOf(answer, token, budget);
  }

  async revoke({ deviceId, hash }: KeptToken): Promise<void> {
    await this.#redis.command('HDEL', this.#keys.deviceTokens(deviceId), hash);
  }

  async revokeAll(deviceId: string): Promise<number> {
    const keys = [this.#keys.deviceTokens(deviceId)];
    const [, alive] = await this.#redis.run('revoke-tokens', keys, [scriptInstant(this.#instant)]);
    return Number(alive);
  }

  #admissionKeys({ deviceId }: KeptToken, { name }: RateRule): readonly string[] {
    const { ready, held, delayed, ranks, epoch } = this.#keys.queue(deviceId);
    const budget = this.#keys.deviceBudget(name, deviceId);
    return [this.#keys.deviceTokens(deviceId), budget, ready, held, delayed, ranks, epoch];
  }

  #admissionArguments({ hash }: KeptToken, { points, windowMs }: RateRule): readonly string[] {
    return [scriptInstant(this.#instant), hash, String(points), String(windowMs)];
  }
}

function admissionOf(
  [kind, shown = '']: readonly string[],
  { deviceId }: KeptToken,
  { points }: RateRule,
): Admission {
  if (kind !== 'admitted' && kind !== 'limited') return { kind: 'unknown' };
  const [customerId = '', generation, taken, resetMs, waiting, inHold, state] = shown.split('|');
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
