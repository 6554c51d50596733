import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDeviceTokens } from '../../src/infrastructure/redis/redis-device-tokens.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';

const keys = new RedisKeys('fg');
const deviceId = 'device-a';
const token = { deviceId, hash: 'hash-1' };
const session = { deviceId, customerId: 'customer-a', tokenGeneration: 1 };
const rule = { name: 'calls', points: 1_000, windowMs: 600_000 };

let server: RedisServer;
let admin: Redis;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
  redis = await RedisClient.open({ url: server.url });
});
afterAll(async () => {
  redis.close();
  admin.disconnect();
  await server.remove();
});

it('the use of a token is written down only when a thousandth of its idle time has passed', async () => {
  let nowMs = Date.now();
  const tokens = new RedisDeviceTokens(redis, keys, () => nowMs);
  await tokens.put(token.hash, session, { idleMs: 60_000, lifeMs: 600_000 });
  const kept = () => admin.hget(keys.deviceTokens(deviceId), token.hash);
  const use = async (afterMs: number): Promise<string | null> => {
    nowMs += afterMs;
    expect(await tokens.admit(token, rule)).toMatchObject({ kind: 'admitted', session });
    return kept();
  };
  const put = await kept();
  expect([await use(30), await use(29)]).toEqual([put, put]);
  const used = await use(1);
  expect(used).not.toBe(put);
  expect(await use(59)).toBe(used);
});

it('the tokens of a device are kept for as long as one of them may be used', async () => {
  let nowMs = Date.now();
  const key = keys.deviceTokens(deviceId);
  const tokens = new RedisDeviceTokens(redis, keys, () => nowMs);
  const left = () => admin.pttl(key);
  const use = async (hash: string, afterMs: number, keptForMs = 5_000): Promise<void> => {
    nowMs += afterMs;
    await admin.pexpire(key, keptForMs);
    expect(await tokens.admit({ deviceId, hash }, rule)).toMatchObject({ kind: 'admitted' });
  };
  await admin.del(key);
  await tokens.put('long', session, { idleMs: 60_000, lifeMs: 600_000 });
  await tokens.put('short', session, { idleMs: 30_000, lifeMs: 20_000 });
  expect(await left()).toBeGreaterThan(50_000);
  expect(await left()).toBeLessThanOrEqual(60_000);

  // What is left of the life of the one is shorter than its idle time.
  await use('short', 10_000);
  expect(await left()).toBeGreaterThan(5_000);
  expect(await left()).toBeLessThanOrEqual(10_000);
  await use('long', 1_000);
  expect(await left()).toBeGreaterThan(50_000);
  expect(await left()).toBeLessThanOrEqual(60_000);

  await use('long', 1_000, 500_000);
  expect(await left()).toBeGreaterThan(400_000);
  await admin.del(key);
  await tokens.put('only', session, { idleMs: 30_000, lifeMs: 20_000 });
  expect(await left()).toBeLessThanOrEqual(20_000);
});

it('a token that has run out goes when it is shown, and when another is put', async () => {
  let nowMs = Date.now();
  const key = keys.deviceTokens(deviceId);
  const tokens = new RedisDeviceTokens(redis, keys, () => nowMs);
  await admin.del(key);
  for (const hash of ['shown', 'idle']) await tokens.put(hash, session, { idleMs: 60_000, lifeMs: 600_000 });
  await tokens.put('at its end', session, { idleMs: 600_000, lifeMs: 60_000 });
  nowMs += 60_000;
  expect(await tokens.admit({ deviceId, hash: 'shown' }, rule)).toEqual({ kind: 'unknown' });
  expect((await admin.hkeys(key)).sort()).toEqual(['at its end', 'idle']);
  await tokens.put('new', session, { idleMs: 60_000, lifeMs: 600_000 });
  expect(await admin.hkeys(key)).toEqual(['new']);
});

it('the window of a budget ends when it was to end, however often a device calls within it', async () => {
  const tokens = new RedisDeviceTokens(redis, keys);
  const window = { name: 'window', points: 10, windowMs: 60_000 };
  const key = keys.deviceBudget(window.name, deviceId);
  await tokens.put(token.hash, session, { idleMs: 60_000, lifeMs: 600_000 });
  const verdict = async () => {
    const admission = await tokens.admit(token, window);
    return admission.kind === 'admitted' ? admission.verdict : null;
  };
  expect(await verdict()).toMatchObject({ remaining: 9 });
  expect(await admin.pttl(key)).toBeGreaterThan(50_000);
  await admin.pexpire(key, 20_000);
  const second = await verdict();
  expect(second?.resetMs).toBeLessThanOrEqual(20_000);
  expect(await admin.pttl(key)).toBeLessThanOrEqual(20_000);
  // As Redis does by itself when the window is over.
  await admin.del(key);
  expect(await verdict()).toMatchObject({ remaining: 9, resetMs: 60_000 });
});

it('a full Redis lets devices in, whether or not their use is written down, and sign in anew', async () => {
  let nowMs = Date.now();
  const tokens = new RedisDeviceTokens(redis, keys, () => nowMs);
  await tokens.put(token.hash, session, { idleMs: 60_000, lifeMs: 600_000 });
  await admin.config('SET', 'maxmemory', '1mb');
  try {
    await expect(admin.set('more', 1)).rejects.toThrow('OOM');
    for (const afterMs of [0, 60, 1]) {
      nowMs += afterMs;
      expect(await tokens.admit(token, rule)).toMatchObject({ kind: 'admitted', session });
    }
    await tokens.put('hash-2', session, { idleMs: 60_000, lifeMs: 600_000 });
    expect(await tokens.admit({ deviceId, hash: 'hash-2' }, rule)).toMatchObject({ kind: 'admitted' });
    // A beat is new, and nothing new is taken in: neither it nor the point is.
    const points = await admin.get(keys.deviceBudget(rule.name, deviceId));
    const beat = { at: new Date(nowMs), status: 'ok', metrics: {}, agentVersion: null } as const;
    await expect(tokens.admitBeat(token, rule, beat)).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
    expect(await admin.get(keys.deviceBudget(rule.name, deviceId))).toBe(points);
  } finally {
    await admin.config('SET', 'maxmemory', '0');
  }
});
