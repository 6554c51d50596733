import type { Clock } from '../../application/ports/clock.js';
import type { RateLimiter, RateRule, RateVerdict } from '../../application/ports/rate-limiter.js';
import { PrunedMap } from './pruned-map.js';

interface Budget {
  readonly spent: number;
  readonly wholeAtMs: number;
}

/** Budgets of one process. */
export class InProcessRateLimiter implements RateLimiter {
  readonly #clock: Clock;
  readonly #budgets = new PrunedMap<Budget>(({ wholeAtMs }, nowMs) => wholeAtMs <= nowMs);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  spend({ name, points, windowMs, blockMs }: RateRule, key: string): Promise<RateVerdict> {
    const nowMs = this.#clock.now().getTime();
    const known = this.#budgets.get(`${name}:${key}`);
    const current =
      known === undefined || known.wholeAtMs <= nowMs ? { spent: 0, wholeAtMs: nowMs + windowMs } : known;
    if (current.spent >= points) {
      return Promise.resolve({ allowed: false, remaining: 0, resetMs: current.wholeAtMs - nowMs });
    }
    const spent = current.spent + 1;
    const closesUntilMs = spent === points ? nowMs + (blockMs ?? 0) : 0;
    const wholeAtMs = Math.max(current.wholeAtMs, closesUntilMs);
    this.#budgets.set(`${name}:${key}`, { spent, wholeAtMs }, nowMs);
    return Promise.resolve({ allowed: true, remaining: points - spent, resetMs: wholeAtMs - nowMs });
  }
}
