import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { closedMs, closingsWindowMs } from '../../application/ports/rate-limiter.js';
import type { RateLimiter, RateRule, RateVerdict } from '../../application/ports/rate-limiter.js';
import type { RedisClient } from './redis-client.js';
import type { RedisDriver } from './redis-driver.js';
import type { RedisKeys } from './redis-keys.js';

/**
 * Budgets as one counter each, which ends by itself. A spend is one call; the one that finds the budget spent first
 * makes a second call where the rule has a block, and two more where the block grows. Should the gateway die between the two, the budget stays closed
 * until its window ends. While Redis is away nobody is let through: a limit that can be switched off is none.
 */
export class RedisRateLimiter implements RateLimiter {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;
  readonly #limiters = new Map<string, RateLimiterRedis>();

  constructor(redis: RedisClient, keys: RedisKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  spend(rule: RateRule, key: string): Promise<RateVerdict> {
    const budget = this.#keys.budget(rule.name, key);
    return this.#redis.lend(async (driver) => {
      const refused = await take(this.#limiterOf(rule, driver), budget);
      if ('allowed' in refused) return refused;
      const isFirst = refused.consumedPoints === rule.points + 1;
      const resetMs = isFirst ? await this.#close(rule, key, refused, driver) : refused.msBeforeNext;
      return { allowed: false, remaining: 0, resetMs };
    });
  }

  /** It is closed already; the next time that day, for longer. */
  async #close(rule: RateRule, key: string, closed: RateLimiterRes, driver: RedisDriver): Promise<number> {
    if (rule.mostBlockMs === undefined) return closed.msBeforeNext;
    const closings = { name: `${rule.name}-closings`, points: 1, windowMs: closingsWindowMs };
    const noted = this.#limiterOf(closings, driver).penalty(this.#keys.budget(closings.name, key));
    const { consumedPoints: times } = await noted;
    if (times === 1) return closed.msBeforeNext;
    const seconds = wholeSeconds(closedMs(rule, times));
    const longer = await this.#limiterOf(rule, driver).block(this.#keys.budget(rule.name, key), seconds);
    return longer.msBeforeNext;
  }

  #limiterOf(rule: RateRule, driver: RedisDriver): RateLimiterRedis {
    const known = this.#limiters.get(rule.name);
    if (known !== undefined) return known;
    const limiter = new RateLimiterRedis({
      storeClient: driver,
      keyPrefix: '',
      points: rule.points,
      duration: wholeSeconds(rule.windowMs),
      blockDuration: wholeSeconds(rule.blockMs ?? 0),
    });
    this.#limiters.set(rule.name, limiter);
    return limiter;
  }
}

async function take(limiter: RateLimiterRedis, budget: string): Promise<RateVerdict | RateLimiterRes> {
  try {
    const { remainingPoints, msBeforeNext } = await limiter.consume(budget);
    return { allowed: true, remaining: remainingPoints, resetMs: msBeforeNext };
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return refused;
  }
}

/** A part of a second would be cut off on the way, and a budget of no seconds would never end. */
const wholeSeconds = (ms: number): number => Math.ceil(ms / 1_000);
