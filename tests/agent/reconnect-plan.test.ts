import { describe, expect, it } from '@jest/globals';
import { GatewayRefusal } from '../../agent/gateway-refusal.js';
import { ReconnectPlan, usualLinkTimes } from '../../agent/reconnect-plan.js';

const plan = (random: number): ReconnectPlan => new ReconnectPlan(usualLinkTimes, () => random);
const closing = (
  code: number,
  livedMs: number | null = 3_600_000,
  reconnectInMs: number | null = null,
): Parameters<ReconnectPlan['afterClosing']>[0] => ({
  code,
  reason: '',
  livedMs,
  isDeaf: false,
  reconnectInMs,
});
const refused = (
  status: number,
  code = '',
  retryAfterMs: number | null = null,
): ReturnType<ReconnectPlan['afterRefusal']> =>
  plan(0.5).afterRefusal(new GatewayRefusal(status, code, '', retryAfterMs));

describe('after a lost connection', () => {
  it('comes back within a time that doubles up to a minute, spread over the whole of it', () => {
    const latest = plan(1);
    const delays = Array.from({ length: 9 }, () => latest.afterClosing(closing(1006, null)).delayMs);
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(plan(0).afterClosing(closing(1006, null)).delayMs).toBe(0);
  });

  it('begins anew once a connection was steady', () => {
    const latest = plan(1);
    for (let n = 0; n < 5; n += 1) latest.afterClosing(closing(1006, null));
    expect(latest.afterClosing(closing(1001)).delayMs).toBe(1_000);
  });

  it.each([1001, 1006, 1008, 1009, 1011, 1013, 4408])('does not poll after one end with %d', (code) => {
    expect(plan(0.5).afterClosing(closing(code))).toMatchObject({ polls: false, signsIn: false });
  });

  it('polls when none was made, and when two in a row did not last', () => {
    expect(plan(0.5).afterClosing(closing(1006, null)).polls).toBe(true);
    const shaky = plan(0.5);
    expect(shaky.afterClosing(closing(1011, 50)).polls).toBe(false);
    expect(shaky.afterClosing(closing(1011, 50)).polls).toBe(true);
    expect(shaky.afterClosing(closing(1011)).polls).toBe(false);
  });

  it('polls, and is slower each time, when the gateway answered nothing on it', () => {
    const deaf = plan(1);
    const tries = [1, 2, 3].map(() => deaf.afterClosing({ ...closing(1006, 15_000), isDeaf: true }));
    expect(tries.map(({ delayMs, polls }) => [delayMs, polls])).toEqual([
      ...[
        [1_000, true],
        [2_000, true],
        [4_000, true],
      ],
    ]);
  });
});

describe('after a goodbye', () => {
  it('comes back within the time that the gateway named, a minute at most, and does not poll', () => {
    expect(plan(0.5).afterClosing(closing(1000, 50, 4_000))).toEqual({
      ...{ delayMs: 2_000, polls: false, signsIn: false, why: 'dismissed' },
    });
    expect(plan(1).afterClosing(closing(1001, 50, 86_400_000)).delayMs).toBe(60_000);
  });
});

describe('after being put out', () => {
  it('with 4401 signs in again at once, with 4403 slowly', () => {
    expect(plan(1).afterClosing(closing(4401))).toMatchObject({ delayMs: 1_000, signsIn: true });
    expect(plan(1).afterClosing(closing(4403))).toMatchObject({
      delayMs: 15_000,
      signsIn: true,
      polls: true,
    });
  });

  it('with 4409 waits half a minute and longer each time, and does not poll', () => {
    const latest = plan(1);
    const tries = Array.from({ length: 7 }, () => latest.afterClosing(closing(4409, 60_000)));
    expect(tries.map(({ delayMs }) => delayMs / 1_000)).toEqual([60, 90, 150, 270, 510, 630, 630]);
    expect(tries.every(({ polls }) => !polls)).toBe(true);
    expect(plan(0).afterClosing(closing(4409)).delayMs).toBe(30_000);
    expect(latest.afterClosing(closing(4409)).delayMs).toBe(60_000);
  });
});

describe('after a refused handshake', () => {
  it.each([
    [401, 'unauthenticated'],
    [403, 'device_suspended'],
    [403, 'device_retired'],
  ])('%d %s asks for another token', (status, code) => {
    expect(refused(status, code)).toMatchObject({ signsIn: true, polls: true });
  });

  it.each([408, 429, 500, 502, 503])('%d is tried again soon, but not before the gateway asks', (status) => {
    expect(refused(status)).toMatchObject({ delayMs: 500, polls: true, signsIn: false });
    expect(refused(status, '', 7_000)).toMatchObject({ delayMs: 7_500 });
  });

  it.each([200, 301, 307, 400, 403, 404, 405, 426])('%d is tried again after minutes', (status) => {
    expect(refused(status)).toMatchObject({ delayMs: 210_000, polls: true, why: 'blocked' });
  });
});
