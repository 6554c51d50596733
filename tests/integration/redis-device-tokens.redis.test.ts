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

it('a full Redis lets devices in, whether or not their use is written down', async () => {
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
