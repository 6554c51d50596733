import type { RateLimiter, RateRule, RateVerdict } from '../../application/ports/rate-limiter.js';
import { scriptInstant } from './script-instant.js';
import type { InstantSource } from './script-instant.js';
import type { RedisClient } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';

/** Budgets as one key each. While Redis is away nobody is let through: a limit that can be switched off is none. */
export class RedisRateLimiter implements RateLimiter {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;
  readonly #instant: InstantSource;

  constructor(redis: RedisClient, keys: RedisKeys, instant: InstantSource = null) {
    this.#redis = redis;
    this.#keys = keys;
    this.#instant = instant;
  }

  async spend({ name, points, windowMs, blockMs }: RateRule, key: string): Promise<RateVerdict> {
    const [status, remaining, resetMs] = await this.#redis.run(
      'spend-point',
      [this.#keys.budget(name, key)],
      [
        scriptInstant(this.#instant),
        String(points),
        String(windowMs),
        blockMs === undefined ? '' : String(blockMs),
      ],
    );
    return { allowed: status === 'allowed', remaining: Number(remaining), resetMs: Number(resetMs) };
  }
}
