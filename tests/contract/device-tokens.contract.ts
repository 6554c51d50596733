import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeviceSession, DeviceTokens } from '../../src/application/ports/device-tokens.js';
import type { Presence } from '../../src/application/ports/presence.js';
import type { Beat } from '../../src/domain/device/presence.js';
import type { DispatchQueue, QueueState } from '../../src/application/ports/dispatch-queue.js';
import { drop, hold, offer } from './placements.js';

export interface OpenDeviceTokens {
  readonly tokens: DeviceTokens;
  /** What waits for the same devices, by the same clock. */
  readonly queue: DispatchQueue;
  /** What is known of their beats. */
  readonly presence: Presence;
  /** Moves the store's clock on. */
  advance(ms: number): void;
  close(): Promise<void>;
}

const session = { deviceId: 'device-a', customerId: 'customer-a', tokenGeneration: 3 };
const budget = { name: 'calls', points: 1_000_000, windowMs: 60_000 };
const lifetime = { idleMs: 60_000, lifeMs: 150_000 };

export function describeDeviceTokensContract(name: string, open: () => Promise<OpenDeviceTokens>): void {
  describe(`DeviceTokens: ${name}`, () => {
    let opened: OpenDeviceTokens;
    let tokens: DeviceTokens;

    beforeEach(async () => {
      opened = await open();
      tokens = opened.tokens;
    });
    afterEach(() => opened.close());

    const find = async (hash: string, { deviceId } = session): Promise<DeviceSession | null> => {
      const admission = await tokens.admit({ deviceId, hash }, budget);
      return admission.kind === 'unknown' ? null : admission.session;
    };

    it('finds the session of a token that was put, and none for another', async () => {
      await tokens.put('hash-1', session, lifetime);
      expect(await find('hash-1')).toEqual(session);
      expect(await find('hash-2')).toBeNull();
    });

    it('ends a token that is not used for the idle time', async () => {
      await tokens.put('hash-1', session, lifetime);
      opened.advance(59_999);
      expect(await find('hash-1')).toEqual(session);
      opened.advance(60_000);
      expect(await find('hash-1')).toBeNull();
      expect(await tokens.revokeAll(session.deviceId)).toBe(0);
    });

    it('starts the idle time anew with every use, however short the uses are apart', async () => {
      await tokens.put('hash-1', session, lifetime);
      for (let use = 0; use < 4; use += 1) {
        opened.advance(30);
        expect(await find('hash-1')).toEqual(session);
      }
      // The last use was at 120 ms; a thousandth of the idle time is 60 ms.
      opened.advance(59_939);
      expect(await find('hash-1')).toEqual(session);
    });

    it('ends a token after its life, however much it is used', async () => {
      await tokens.put('hash-1', session, lifetime);
      for (let n = 0; n < 3; n += 1) {
        opened.advance(49_000);
        expect(await find('hash-1')).toEqual(session);
      }
      opened.advance(3_000);
      expect(await find('hash-1')).toBeNull();
    });

    it('forgets a revoked token at once, and only that one', async () => {
      await tokens.put('hash-1', session, lifetime);
      await tokens.put('hash-2', session, lifetime);
      await tokens.revoke({ deviceId: session.deviceId, hash: 'hash-1' });
      await tokens.revoke({ deviceId: session.deviceId, hash: 'hash-1' });
      expect(await find('hash-1')).toBeNull();
      expect(await find('hash-2')).toEqual(session);
      expect(await tokens.revokeAll(session.deviceId)).toBe(1);
    });

    it('revokes all tokens of a device and none of another', async () => {
      const other = { ...session, deviceId: 'device-b' };
      await tokens.put('hash-1', session, lifetime);
      await tokens.put('hash-2', session, lifetime);
      await tokens.put('hash-3', other, lifetime);
      expect(await tokens.revokeAll(session.deviceId)).toBe(2);
      expect(await tokens.revokeAll(session.deviceId)).toBe(0);
      expect([await find('hash-1'), await find('hash-2')]).toEqual([null, null]);
      expect(await find('hash-3', other)).toEqual(other);
    });

    it('counts none among the revoked that had run out', async () => {
      await tokens.put('idle', session, lifetime);
      await tokens.put('at its end', session, { idleMs: 150_000, lifeMs: 60_000 });
      await tokens.put('alive', session, { idleMs: 60_001, lifeMs: 60_001 });
      opened.advance(60_000);
      expect(await tokens.revokeAll(session.deviceId)).toBe(1);
    });

    it('leaves no token alive out of reach of the next revocation, when both happen at once', async () => {
      for (let round = 0; round < 30; round += 1) {
        const hashes = Array.from({ length: 5 }, (_, n) => `hash-${String(round)}-${String(n)}`);
        await Promise.all([
          ...hashes.slice(0, 3).map((hash) => tokens.put(hash, session, lifetime)),
          tokens.revokeAll(session.deviceId),
          ...hashes.slice(3).map((hash) => tokens.put(hash, session, lifetime)),
          tokens.revokeAll(session.deviceId),
        ]);
        await tokens.revokeAll(session.deviceId);
        const alive = await Promise.all(hashes.map((hash) => find(hash)));
        expect(alive).toEqual(hashes.map(() => null));
      }
    });

    it('keeps the newest 64 tokens of a device that signs in without end', async () => {
      for (let n = 0; n < 70; n += 1) {
        await tokens.put(`hash-${String(n)}`, session, lifetime);
        opened.advance(1);
      }
      expect(await find('hash-5')).toBeNull();
      expect(await find('hash-6')).toEqual(session);
      expect(await tokens.revokeAll(session.deviceId)).toBe(64);
    });

    it('keeps no place among those for tokens that have run out', async () => {
      // They would have lived for longer than the ones that follow, had they been used.
      for (let n = 0; n < 64; n += 1) {
        await tokens.put(`idle-${String(n)}`, session, { ...lifetime, lifeMs: 1_000_000 });
      }
      opened.advance(60_000);
      await tokens.put('hash-1', session, lifetime);
      await tokens.put('hash-2', session, lifetime);
      expect([await find('hash-1'), await find('hash-2')]).toEqual([session, session]);
      expect(await tokens.revokeAll(session.deviceId)).toBe(2);
    });

    it('lets nobody in by the token of another device, and revokes it for nobody else', async () => {
      await tokens.put('hash-1', session, lifetime);
      const elsewhere = { deviceId: 'device-b', hash: 'hash-1' };
      expect(await tokens.admit(elsewhere, budget)).toEqual({ kind: 'unknown' });
      await tokens.revoke(elsewhere);
      expect(await find('hash-1')).toEqual(session);
    });

    it('takes a point of the device’s budget with every call, whichever of its tokens it shows', async () => {
      const small = { name: 'small', points: 3, windowMs: 60_000 };
      await tokens.put('hash-1', session, lifetime);
      await tokens.put('hash-2', session, lifetime);
      const call = (hash: string) => tokens.admit({ deviceId: session.deviceId, hash }, small);
      expect(await call('hash-3')).toEqual({ kind: 'unknown' });
      expect(await call('hash-1')).toMatchObject({
        kind: 'admitted',
        session,
        verdict: { allowed: true, remaining: 2 },
      });
      await call('hash-2');
      expect(await call('hash-1')).toMatchObject({ kind: 'admitted', verdict: { remaining: 0 } });
      const refused = await call('hash-2');
      expect(refused).toMatchObject({ kind: 'limited', session, verdict: { allowed: false, remaining: 0 } });
      const { resetMs } = refused.kind === 'limited' ? refused.verdict : { resetMs: Number.NaN };
      expect(resetMs).toBeGreaterThan(0);
      expect(resetMs).toBeLessThanOrEqual(60_000);
    });

    describe('the look at the queue', () => {
      const request = { limit: 10, holdMs: 1_000, dueInMs: 5_000, attemptId: 'one', anew: false };
      const seen = async (deviceId = session.deviceId, rule = budget): Promise<QueueState> => {
        const hash = `hash of ${deviceId}`;
        await tokens.put(hash, { ...session, deviceId }, lifetime);
        const admission = await tokens.admit({ deviceId, hash }, rule);
        if (admission.kind === 'unknown') throw new Error('the device was not let in');
        expect(admission.queue).toMatchObject(await opened.queue.depth(deviceId));
        return admission.queue;
      };

      beforeEach(async () => {
        await opened.queue.beginRebuild('mark');
        expect(await opened.queue.beginEpoch('epoch', 'mark')).toBe(true);
      });

      it('shows one in which nothing is', async () => {
        expect(await seen()).toEqual({ waiting: 0, held: 0, complete: true });
      });

      it('counts what waits, now or later, and what is in hold until the hold is over', async () => {
        await opened.queue.place([offer('a', 10), offer('b', 20), offer('c', 30, { delayMs: 500 })]);
        expect(await seen()).toEqual({ waiting: 3, held: 0, complete: true });
        await opened.queue.take(session.deviceId, request);
        await opened.queue.place([hold('d', 40, 'two', 5_000)]);
        expect(await seen()).toEqual({ waiting: 1, held: 3, complete: true });
        opened.advance(999);
        expect(await seen()).toEqual({ waiting: 1, held: 3, complete: true });
        opened.advance(1);
        expect(await seen()).toEqual({ waiting: 3, held: 1, complete: true });
        await opened.queue.place(['a', 'b', 'c', 'd'].map(drop));
        expect(await seen()).toEqual({ waiting: 0, held: 0, complete: true });
      });

      it('counts nothing that time alone moves, and nothing of another device', async () => {
        await opened.queue.place([
          { kind: 'watch', deviceId: session.deviceId, commandId: 'a', dueInMs: 0 },
          offer('b', 20),
        ]);
        expect(await seen('device-b')).toEqual({ waiting: 0, held: 0, complete: true });
        await opened.queue.place([drop('b')]);
        expect(await seen()).toEqual({ waiting: 0, held: 0, complete: true });
      });

      it('says when nobody knows what else belongs there', async () => {
        await opened.queue.place([offer('a', 10)]);
        await opened.queue.beginRebuild('another mark');
        expect(await seen()).toEqual({ waiting: 1, held: 0, complete: false });
      });

      it('is shown to those who have spent their budget too', async () => {
        await opened.queue.place([offer('a', 10)]);
        const one = { name: 'one', points: 1, windowMs: 60_000 };
        await seen(session.deviceId, one);
        expect(await seen(session.deviceId, one)).toEqual({ waiting: 1, held: 0, complete: true });
      });
    });

    describe('a heartbeat', () => {
      const token = { deviceId: session.deviceId, hash: 'hash-1' };
      const beatAt = (ms: number): Beat => {
        const at = new Date(Date.UTC(2026, 0, 5, 12) + ms);
        return { at, status: 'ok', metrics: { cpu: 0.25 }, agentVersion: null };
      };
      const latest = async (): Promise<Beat | null | undefined> =>
        (await opened.presence.latest([session.deviceId]))[0];

      beforeEach(() => tokens.put(token.hash, session, lifetime));

      it('lets its device in as any other call, and is kept', async () => {
        await opened.queue.place([offer('a', 10)]);
        const admission = await tokens.admit(token, budget);
        if (admission.kind !== 'admitted') throw new Error('the device was not let in');
        const { verdict } = admission;
        expect(await tokens.admitBeat(token, budget, beatAt(0))).toEqual({
          ...admission,
          verdict: { ...verdict, remaining: verdict.remaining - 1, resetMs: expect.any(Number) },
        });
        expect(await latest()).toEqual(beatAt(0));
        await tokens.admitBeat(token, budget, beatAt(20_000));
        expect(await latest()).toEqual(beatAt(20_000));
        const hour = await opened.presence.lastHour(session.deviceId, beatAt(20_000).at);
        expect(hour).toEqual([beatAt(0), beatAt(20_000)]);
      });

      it('starts the idle time anew', async () => {
        opened.advance(59_000);
        await tokens.admitBeat(token, budget, beatAt(0));
        opened.advance(59_000);
        expect(await find(token.hash)).toEqual(session);
      });

      it('is not kept of one that shows no live token', async () => {
        const unknown = { kind: 'unknown' };
        expect(await tokens.admitBeat({ ...token, hash: 'hash-2' }, budget, beatAt(0))).toEqual(unknown);
        await tokens.revokeAll(session.deviceId);
        expect(await tokens.admitBeat(token, budget, beatAt(0))).toEqual(unknown);
        expect(await latest()).toBeNull();
      });

      it('is not kept when the budget is used up', async () => {
        const small = { name: 'beats', points: 2, windowMs: 60_000 };
        const kinds: string[] = [];
        for (const ms of [0, 1, 2]) kinds.push((await tokens.admitBeat(token, small, beatAt(ms))).kind);
        expect(kinds).toEqual(['admitted', 'admitted', 'limited']);
        expect(await latest()).toEqual(beatAt(1));
      });
    });

    it('lets no more in than the budget has, however many come at once', async () => {
      const small = { name: 'burst', points: 10, windowMs: 60_000 };
      await tokens.put('hash-1', session, lifetime);
      const token = { deviceId: session.deviceId, hash: 'hash-1' };
      const answers = await Promise.all(Array.from({ length: 40 }, () => tokens.admit(token, small)));
      expect(answers.filter(({ kind }) => kind === 'admitted')).toHaveLength(10);
      expect(answers.filter(({ kind }) => kind === 'limited')).toHaveLength(30);
    });
  });
}
