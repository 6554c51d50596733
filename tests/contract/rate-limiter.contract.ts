import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RateLimiter, RateRule, RateVerdict } from '../../src/application/ports/rate-limiter.js';
import { eventually } from '../support/eventually.js';

export interface OpenRateLimiter {
  readonly limiter: RateLimiter;
  /** Another gateway's view of the same budgets; the same one where nothing is shared. */
  readonly elsewhere: RateLimiter;
  close(): Promise<void>;
}

const rule: RateRule = { name: 'sign-in', points: 3, windowMs: 60_000 };
/** How much earlier than told a budget may be whole again: clocks that round, each in its own way. */
const roundingMs = 20;

export function describeRateLimiterContract(name: string, open: () => Promise<OpenRateLimiter>): void {
  describe(`RateLimiter: ${name}`, () => {
    let opened: OpenRateLimiter;
    let limiter: RateLimiter;

    beforeEach(async () => {
      opened = await open();
      limiter = opened.limiter;
    });
    afterEach(() => opened.close());

    const spendMany = (by: RateLimiter, count: number, of: RateRule, key = 'a'): Promise<RateVerdict[]> =>
      Promise.all(Array.from({ length: count }, () => by.spend(of, key)));
    const allowedOf = (verdicts: readonly RateVerdict[]): number =>
      verdicts.filter(({ allowed }) => allowed).length;
    const onceAllowed = (by: RateLimiter, of: RateRule): Promise<RateVerdict> =>
      eventually(async () => {
        const verdict = await by.spend(of, 'a');
        if (!verdict.allowed) throw new Error('It is still closed.');
        return verdict;
      });

    it('lets through as many as there are points, and says what is left', async () => {
      const verdicts: RateVerdict[] = [];
      for (let n = 0; n < 5; n += 1) verdicts.push(await limiter.spend(rule, 'a'));
      expect(verdicts.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
        [true, 2],
        [true, 1],
        [true, 0],
        [false, 0],
        [false, 0],
      ]);
    });

    it('says when the window ends, which no spending moves', async () => {
      let before = rule.windowMs;
      for (let n = 0; n < 5; n += 1) {
        const { resetMs } = await limiter.spend(rule, 'a');
        expect(resetMs).toBeGreaterThan(0);
        expect(resetMs).toBeLessThanOrEqual(before);
        before = resetMs;
      }
    });

    it('makes the budget whole again when the window ends, refused tries or not', async () => {
      const short = { ...rule, windowMs: 2_000 };
      const from = performance.now();
      expect(allowedOf(await spendMany(limiter, 10, short))).toBe(3);
      expect(await onceAllowed(limiter, short)).toMatchObject({ remaining: 2 });
      expect(performance.now() - from).toBeGreaterThanOrEqual(short.windowMs - roundingMs);
    });

    it('counts a part of a second as a whole one', async () => {
      const short = { ...rule, windowMs: 1_100 };
      const { resetMs } = await limiter.spend(short, 'a');
      expect(resetMs).toBeGreaterThan(1_100);
      expect(resetMs).toBeLessThanOrEqual(2_000);
    });

    it('counts keys and rules apart', async () => {
      await spendMany(limiter, 4, rule);
      expect((await limiter.spend(rule, 'b')).allowed).toBe(true);
      expect((await limiter.spend({ ...rule, name: 'registration' }, 'a')).allowed).toBe(true);
      expect((await limiter.spend(rule, 'a')).allowed).toBe(false);
    });

    it.each(['', ' ', '{', '}{', '{}', 'a:b', '::1', '__proto__', 'ключ', 'x'.repeat(10_000)])(
      'takes whatever a stranger sends as a key: %j',
      async (key) => {
        expect(allowedOf(await spendMany(limiter, 4, rule, key))).toBe(3);
        expect((await limiter.spend(rule, `${key}.`)).allowed).toBe(true);
      },
    );

    it('closes for the blocking time at the first refused try, whatever comes after', async () => {
      const blocking = { ...rule, windowMs: 1_000, blockMs: 2_000 };
      expect(allowedOf(await spendMany(limiter, 3, blocking))).toBe(3);
      const from = performance.now();
      const { allowed, resetMs } = await limiter.spend(blocking, 'a');
      expect(allowed).toBe(false);
      expect(resetMs).toBe(2_000);
      expect(await onceAllowed(opened.elsewhere, blocking)).toMatchObject({ remaining: 2 });
      expect(performance.now() - from).toBeGreaterThanOrEqual(blocking.blockMs - roundingMs);
    });

    it('closes for twice as long each time that it closes again, up to a limit', async () => {
      const growing = { ...rule, points: 1, windowMs: 1_000, blockMs: 1_000, mostBlockMs: 3_000 };
      const closed: number[] = [];
      while (closed.length < 3) {
        let verdict = await onceAllowed(limiter, growing);
        while (verdict.allowed) verdict = await limiter.spend(growing, 'a');
        closed.push(verdict.resetMs);
        // Whoever comes while it is closed makes it no longer.
        expect((await opened.elsewhere.spend(growing, 'a')).resetMs).toBeLessThanOrEqual(verdict.resetMs);
      }
      expect(closed).toEqual([1_000, 2_000, 3_000]);
    });

    it('does not close for the blocking time while nobody asks for more than there is', async () => {
      const blocking = { ...rule, blockMs: 600_000 };
      const [, , last] = await spendMany(limiter, 3, blocking);
      expect(last?.resetMs).toBeLessThanOrEqual(rule.windowMs);
    });

    it('shares a budget between gateways', async () => {
      expect((await limiter.spend(rule, 'a')).remaining).toBe(2);
      expect((await opened.elsewhere.spend(rule, 'a')).remaining).toBe(1);
      expect((await limiter.spend(rule, 'a')).remaining).toBe(0);
      expect((await opened.elsewhere.spend(rule, 'a')).allowed).toBe(false);
    });

    it('lets no more through when many spend at once, at two gateways', async () => {
      const many = { ...rule, points: 20, blockMs: 120_000 };
      const [here, there] = await Promise.all([
        spendMany(limiter, 25, many),
        spendMany(opened.elsewhere, 25, many),
      ]);
      expect(allowedOf([...here, ...there])).toBe(20);
      expect((await limiter.spend(many, 'a')).allowed).toBe(false);
    });
  });
}
