import { describe, expect, it } from '@jest/globals';
import { isPassing, problemOf, unanswered, unreachable } from '../../../portal/src/api/problem.js';
import { anotherLookMs } from '../../../portal/src/live/reconnect-delay.js';

describe('looking again after a refusal', () => {
  it('takes a gateway that is away, busy or behind a broken proxy for passing trouble', () => {
    const passing = [429, 502, 503, 504].map((status) => problemOf(status, undefined, null));
    expect([...passing, unreachable()].map(isPassing)).toEqual([true, true, true, true, true]);
  });

  it('takes nothing for passing that another look would not change', () => {
    const lasting = [400, 401, 403, 404, 409, 422, 500].map((status) => problemOf(status, {}, null));
    expect([...lasting, unanswered()].filter(isPassing)).toEqual([]);
  });

  it('leaves the gateway alone for as long as it asks, and longer with every refusal', () => {
    const { retryAfterMs } = problemOf(503, {}, null, '4').body;
    expect(anotherLookMs(0, retryAfterMs, 0)).toBe(4_000);
    expect([0, 1, 2].map((attempt) => anotherLookMs(attempt, retryAfterMs, 0.999))).toEqual([
      4_500, 4_999, 5_998,
    ]);
    expect(anotherLookMs(50, retryAfterMs, 0.999)).toBeLessThanOrEqual(19_000);
  });

  it('counts no longer than a timer of the browser can', () => {
    const { retryAfterMs } = problemOf(503, {}, null, '99999999').body;
    expect(anotherLookMs(50, retryAfterMs, 0.999)).toBeLessThan(2 ** 31);
  });

  it('rests for a second where the gateway does not say, or says it in words', () => {
    for (const said of [null, 'Sat, 28 Nov 2026 18:00:00 GMT', '-1', '']) {
      expect(anotherLookMs(0, problemOf(503, {}, null, said).body.retryAfterMs, 0)).toBe(1_000);
    }
  });
});
