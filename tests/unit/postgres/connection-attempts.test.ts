import { beforeEach, describe, expect, it } from '@jest/globals';

import { ConnectionAttempts } from '../../../src/infrastructure/postgres/connection-attempts.js';

const limits = { patienceMs: 3_000, longestPatienceMs: 30_000, firstPauseMs: 100, longestPauseMs: 2_000 };

describe('attempts to connect', () => {
  let noise: number;
  let attempts: ConnectionAttempts;
  beforeEach(() => {
    noise = 1;
    attempts = new ConnectionAttempts(limits, () => noise);
  });
  const fail = (now: number) => {
    attempts.begun();
    attempts.failed(now);
  };

  it('are begun as many at once as anybody likes, as long as they come up', () => {
    for (let n = 0; n < 5; n += 1) {
      expect(attempts.waitMs(0)).toBe(0);
      attempts.begun();
    }
    attempts.came();
    expect(attempts.waitMs(1)).toBe(0);
    expect(attempts.patienceMs).toBe(3_000);
  });

  it('are begun one at a time after a failure', () => {
    fail(0);
    expect(attempts.waitMs(100)).toBe(0);
    attempts.begun();
    expect(attempts.waitMs(100)).toBeNull();
    attempts.failed(100);
    expect(attempts.waitMs(100)).toBe(200);
  });

  it('are each after a longer pause, and waited for longer, up to a limit', () => {
    const pauses: unknown[] = [];
    const patience: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      fail(1_000);
      pauses.push(attempts.waitMs(1_000));
      patience.push(attempts.patienceMs);
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
    expect(patience).toEqual([6_000, 12_000, 24_000, 30_000, 30_000, 30_000, 30_000]);
    for (let n = 0; n < 2_000; n += 1) fail(1_000);
    expect([attempts.waitMs(1_000), attempts.patienceMs]).toEqual([2_000, 30_000]);
  });

  it('that were begun together and fail together are not taken for a long row of failures', () => {
    for (let n = 0; n < 8; n += 1) attempts.begun();
    for (let n = 0; n < 8; n += 1) attempts.failed(1_000);
    expect(attempts.patienceMs).toBeLessThanOrEqual(12_000);
    expect(attempts.waitMs(1_000)).toBeLessThanOrEqual(200);
  });

  it('wait at least for half of the pause, and less the more time has passed', () => {
    noise = 0;
    fail(1_000);
    expect(attempts.waitMs(1_000)).toBe(50);
    expect(attempts.waitMs(1_030)).toBe(20);
    expect(attempts.waitMs(5_000)).toBe(0);
  });

  it('are free again once one has come up', () => {
    fail(1_000);
    fail(1_000);
    attempts.begun();
    attempts.came();
    expect(attempts.waitMs(1_000)).toBe(0);
    expect(attempts.patienceMs).toBe(3_000);
  });
});
