import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeviceSession, DeviceTokens } from '../../src/application/ports/device-tokens.js';

export interface OpenDeviceTokens {
  readonly tokens: DeviceTokens;
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
