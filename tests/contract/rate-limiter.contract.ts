import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RateLimiter } from '../../src/application/ports/rate-limiter.js';

export interface OpenRateLimiter {
  readonly limiter: RateLimiter;
  /** Moves the store's clock on. */
  advance(ms: number): void;
  close(): Promise<void>;
}

const rule = { name: 'sign-in', points: 3, windowMs: 60_000 };

export function describeRateLimiterContract(name: string, open: () => Promise<OpenRateLimiter>): void {
  describe(`RateLimiter: ${name}`, () => {
    let opened: OpenRateLimiter;
    let limiter: RateLimiter;

    beforeEach(async () => {
      opened = await open();
      limiter = opened.limiter;
    });
    afterEach(() => opened.close());

    it('lets through as many as there are points, and says what is left', async () => {
      expect(await limiter.spend(rule, 'a')).toEqual({ allowed: true, remaining: 2, resetMs: 60_000 });
      opened.advance(10_000);
      expect(await limiter.spend(rule, 'a')).toEqual({ allowed: true, remaining: 1, resetMs: 50_000 });
      expect(await limiter.spend(rule, 'a')).toEqual({ allowed: true, remaining: 0, resetMs: 50_000 });
      expect(await limiter.spend(rule, 'a')).toEqual({ allowed: false, remaining: 0, resetMs: 50_000 });
    });

    it('makes the budget whole again when the window ends, refused tries or not', async () => {
      for (let n = 0; n < 10; n += 1) await limiter.spend(rule, 'a');
      opened.advance(59_999);
      expect((await limiter.spend(rule, 'a')).allowed).toBe(false);
      opened.advance(1);
      expect(await limiter.spend(rule, 'a')).toEqual({ allowed: true, remaining: 2, resetMs: 60_000 });
    });

    it('counts keys and rules apart', async () => {
      for (let n = 0; n < 3; n += 1) await limiter.spend(rule, 'a');
      expect((await limiter.spend(rule, 'b')).allowed).toBe(true);
      expect((await limiter.spend({ ...rule, name: 'registration' }, 'a')).allowed).toBe(true);
    });

    it('stays closed for the blocking time once it is spent', async () => {
      const blocking = { ...rule, blockMs: 600_000 };
      for (let n = 0; n < 3; n += 1) await limiter.spend(blocking, 'a');
      opened.advance(60_000);
      expect(await limiter.spend(blocking, 'a')).toEqual({ allowed: false, remaining: 0, resetMs: 540_000 });
      opened.advance(540_000);
      expect((await limiter.spend(blocking, 'a')).allowed).toBe(true);
    });

    it('lets no more through when many spend at once', async () => {
      const verdicts = await Promise.all(
        Array.from({ length: 50 }, () => limiter.spend({ ...rule, points: 20 }, 'a')),
      );
      expect(verdicts.filter(({ allowed }) => allowed).length).toBe(20);
    });
  });
}
