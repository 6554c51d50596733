import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';

const keys = new RedisKeys('fg');
const latest = keys.latestBeat('device-a');
const samples = keys.beats('device-a');
const startMs = Date.UTC(2026, 0, 5, 12);

let server: RedisServer;
let redis: RedisClient;
let admin: Redis;

beforeAll(async () => {
  server = await startRedisServer();
  redis = await RedisClient.open({ url: server.url });
  admin = new Redis(server.url);
});
beforeEach(() => admin.flushall());
afterAll(async () => {
  redis.close();
  admin.disconnect();
  await server.remove();
});

/** One sample of a second, for as long as `windowMs`, and no more than `most`. */
async function beatAt(afterMs: number, windowMs: number, most: number): Promise<void> {
  const figures = [1_000, windowMs, most, 50_000, 70_000].map(String);
  const beat = `beat ${String(afterMs)}`;
  await redis.run('keep-beat', [latest, samples], [String(startMs + afterMs), beat, ...figures]);
}
const kept = () => admin.zrange(samples, '0', '-1');

it('samples that are too old are gone with the next beat, also with one that is no sample itself', async () => {
  for (const at of [0, 1_000, 10_000]) await beatAt(at, 10_000, 100);
  expect(await kept()).toEqual(['beat 1000', 'beat 10000']);
  await beatAt(10_999, 9_999, 100);
  expect(await kept()).toEqual(['beat 10000']);
});

it('of too many samples the newest are kept, whichever came last', async () => {
  for (const at of [3_000, 2_000, 4_000, 1_000, 5_000]) await beatAt(at, 3_600_000, 3);
  expect(await kept()).toEqual(['beat 3000', 'beat 4000', 'beat 5000']);
});

it('the latest beat and the samples are kept for as long as they are told, from the last one on', async () => {
  for (const at of [0, 1_000]) {
    await beatAt(at, 10_000, 100);
    expect(await admin.pttl(latest)).toBeGreaterThan(40_000);
    expect(await admin.pttl(latest)).toBeLessThanOrEqual(50_000);
    expect(await admin.pttl(samples)).toBeGreaterThan(60_000);
    expect(await admin.pttl(samples)).toBeLessThanOrEqual(70_000);
    for (const key of [latest, samples]) await admin.pexpire(key, 1_000);
  }
});
