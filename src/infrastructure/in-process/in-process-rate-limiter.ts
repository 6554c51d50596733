import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { closedMs, closingsWindowMs } from '../../application/ports/rate-limiter.js';
import type { RateLimiter, RateRule, RateVerdict } from '../../application/ports/rate-limiter.js';

/** Budgets of one process, by its own clock. Each is forgotten when it is whole again, and keeps no process alive. */
export class InProcessRateLimiter implements RateLimiter {
  readonly #limiters = new Map<string, RateLimiterMemory>();

  async spend(rule: RateRule, key: string): Promise<RateVerdict> {
    try {
      const { remainingPoints, msBeforeNext } = await this.#limiterOf(rule).consume(key);
      return { allowed: true, remaining: remainingPoints, resetMs: msBeforeNext };
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const isFirst = refused.consumedPoints === rule.points + 1;
      const resetMs = isFirst ? await this.#close(rule, key, refused.msBeforeNext) : refused.msBeforeNext;
      return { allowed: false, remaining: 0, resetMs };
    }
  }

  /** It is closed already; the next time that day, for longer. */
  async #close(rule: RateRule, key: string, closed: number): Promise<number> {
    if (rule.mostBlockMs === undefined) return closed;
    const closings = { name: `${rule.name}-closings`, points: 1, windowMs: closingsWindowMs };
    const { consumedPoints: times } = await this.#limiterOf(closings).penalty(key);
    if (times === 1) return closed;
    const { msBeforeNext } = await this.#limiterOf(rule).block(key, Math.ceil(closedMs(rule, times) / 1_000));
    return msBeforeNext;
  }

  #limiterOf({ name, points, windowMs, blockMs = 0 }: RateRule): RateLimiterMemory {
    const known = this.#limiters.get(name);
    if (known !== undefined) return known;
    const limiter = new RateLimiterMemory({
      keyPrefix: '',
      points,
      duration: Math.ceil(windowMs / 1_000),
      blockDuration: Math.ceil(blockMs / 1_000),
    });
    this.#limiters.set(name, limiter);
    return limiter;
  }
}
