import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';

const keys = new RedisKeys('fg');
const deviceId = 'device-a';
const request = { limit: 1, anew: false, dueInMs: 5_000, holdMs: 1_000 };

describe('Epochs in Redis', () => {
  let server: RedisServer;
  let admin: Redis;
  let redis: RedisClient;
  let queue: RedisDispatchQueue;

  beforeAll(async () => {
    server = await startRedisServer();
    admin = new Redis(server.url);
    redis = await RedisClient.open({ url: server.url });
    queue = new RedisDispatchQueue(redis, keys);
  });
  beforeEach(() => admin.flushall());
  afterAll(async () => {
    redis.close();
    admin.disconnect();
    await server.remove();
  });

  async function begin(epoch: string): Promise<void> {
    await queue.beginRebuild(`mark of ${epoch}`);
    expect(await queue.beginEpoch(epoch, `mark of ${epoch}`)).toBe(true);
  }

  it('show that the store was wiped', async () => {
    await begin('one');
    await admin.del(keys.epoch('{s17}'));
    expect(await queue.inEpoch('one')).toBe(false);
    await begin('two');
    expect((await queue.take(deviceId, { ...request, attemptId: 'whole' })).complete).toBe(true);
    await admin.flushall();
    expect(await queue.inEpoch('two')).toBe(false);
    expect((await queue.take(deviceId, { ...request, attemptId: 'wiped' })).complete).toBe(false);
  });

  it.each([
    ['altogether', () => admin.flushall()],
    ['on one node', () => admin.del(keys.rebuilds('{s17}'))],
    ['where it is decided who ends first', () => admin.del(keys.rebuilds('{s00}'))],
  ])('begin in no store that was wiped while it was filled, %s', async (_, wipe) => {
    await queue.beginRebuild('mark');
    await wipe();
    expect(await queue.beginEpoch('one', 'mark')).toBe(false);
    expect(await queue.inEpoch('one')).toBe(false);
    await begin('two');
    expect(await queue.inEpoch('two')).toBe(true);
  });

  it('forget within an hour who died while filling the store', async () => {
    await queue.beginRebuild('dies');
    for (const shard of keys.shards) {
      const left = await admin.pttl(keys.rebuilds(shard));
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(3_600_000);
    }
    await begin('one');
    expect(await admin.exists(keys.shards.map((shard) => keys.rebuilds(shard)))).toBe(0);
  });
});
