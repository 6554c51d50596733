import { describe, expect, it } from '@jest/globals';
import { Bell } from '../../agent/bell.js';
import { ClaimCursor } from '../../agent/claim-cursor.js';
import { messageOf, requestOf } from '../../agent/device-call.js';
import { Lanes } from '../../agent/lanes.js';
import { MessagePace } from '../../agent/message-pace.js';
import { ReceivedClaims } from '../../agent/received-claims.js';
import { settledWithin } from '../../agent/settled-within.js';
import { addressOf } from '../../agent/socket-handshake.js';

describe('the address of the socket', () => {
  it.each([
    ['http://127.0.0.1:8080', 'ws://127.0.0.1:8080/ws/device'],
    ['https://gate.example', 'wss://gate.example/ws/device'],
    ['https://gate.example/base/', 'wss://gate.example/base/ws/device'],
    ['https://http.example:8443/http', 'wss://http.example:8443/http/ws/device'],
  ])('of %s is %s', (url, address) => {
    expect(addressOf(new URL(url))).toBe(address);
  });
});

describe('a call', () => {
  it('is the same by HTTP and over the socket', () => {
    const beat = { type: 'heartbeat', body: () => ({ status: 'ok' }) } as const;
    expect(requestOf(beat)).toEqual({ path: '/heartbeat', body: { status: 'ok' } });
    expect(messageOf(beat)).toEqual({ type: 'heartbeat', status: 'ok' });
    const claim = { type: 'claim', body: () => ({ limit: 1 }) } as const;
    expect(requestOf(claim)).toEqual({ path: '/commands/claim', body: { limit: 1 } });
    const result = {
      ...({ type: 'result', claim: { id: 'a/b', claimToken: 't' } } as const),
      body: () => ({ status: 'failed' }),
    };
    expect(requestOf(result)).toEqual({
      path: '/commands/a%2Fb/result',
      body: { claimToken: 't', status: 'failed' },
    });
    expect(messageOf(result)).toEqual({
      ...{ type: 'result', commandId: 'a/b', claimToken: 't', status: 'failed' },
    });
  });
});

describe('the claim cursor', () => {
  it('counts on from what was answered and from what was pushed', () => {
    const cursor = new ClaimCursor();
    const first = cursor.attemptId;
    expect(first).toMatch(/^[A-Za-z0-9-]+:1$/);
    cursor.answered();
    expect(cursor.attemptId).toBe(first.replace(/1$/, '2'));
    cursor.reached('made-up:by:41');
    expect(cursor.attemptId).toBe('made-up:by:41');
    cursor.answered();
    expect(cursor.attemptId).toBe('made-up:by:42');
    cursor.reached('without-number');
    cursor.answered();
    expect(cursor.attemptId).toBe('without-number:1');
  });
});

describe('received claims', () => {
  it('are recognised by command and token, the newest thousand of them', () => {
    const received = new ReceivedClaims();
    expect(received.note({ id: 'c', claimToken: '1' })).toBe(true);
    expect(received.note({ id: 'c', claimToken: '1' })).toBe(false);
    expect(received.note({ id: 'c', claimToken: '2' })).toBe(true);
    for (let n = 0; n < 999; n += 1) received.note({ id: `d-${n}`, claimToken: '1' });
    expect(received.note({ id: 'c', claimToken: '2' })).toBe(false);
    expect(received.note({ id: 'c', claimToken: '1' })).toBe(true);
  });
});

describe('lanes', () => {
  it('let work begin in the order in which it came, so much at a time', async () => {
    const lanes = new Lanes(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const all = [0, 1, 2, 3].map((n) =>
      lanes.inTurn(() => {
        begun.push(n);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await all[1];
    await Promise.resolve();
    expect(begun).toEqual([0, 1, 2]);
    ends[0]?.();
    ends[2]?.();
    await all[2];
    expect(begun).toEqual([0, 1, 2, 3]);
    ends[3]?.();
    await Promise.all(all);
  });

  it('are free again after work that failed', async () => {
    const lanes = new Lanes(1);
    await expect(lanes.inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await lanes.inTurn(() => Promise.resolve());
  });
});

describe('the pace of messages', () => {
  it('lets a burst pass and then one after the other', async () => {
    const pace = new MessagePace({ burst: 5, perSecond: 50 });
    const { signal } = new AbortController();
    const startedAt = performance.now();
    for (let n = 0; n < 5; n += 1) await pace.turn(signal);
    const burstMs = performance.now() - startedAt;
    for (let n = 0; n < 5; n += 1) await pace.turn(signal);
    expect(performance.now() - startedAt).toBeGreaterThan(90);
    expect(burstMs).toBeLessThan(90);
  });
});

describe('a bell', () => {
  it('wakes whoever had asked before it rang', async () => {
    const bell = new Bell();
    const first = bell.rung();
    bell.ring();
    await first;
    expect(bell.rung()).not.toBe(first);
  });
});

describe('work that is waited for a while', () => {
  it('is left when the time is over, and may fail', async () => {
    await settledWithin(new Promise(() => undefined), 5);
    await settledWithin(Promise.reject(new Error('no')), 60_000);
  });
});
