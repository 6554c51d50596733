import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { device, drop, hold, offer, watch } from '../contract/placements.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';

let server: RedisServer;
let redis: RedisClient;
let admin: Redis;

beforeAll(async () => {
  server = await startRedisServer();
  redis = await RedisClient.open({ url: server.url });
  admin = new Redis(server.url);
});
afterAll(async () => {
  redis.close();
  admin.disconnect();
  await server.remove();
});

it('keeps the order of placements in one call, also when Redis has forgotten a script of one of them', async () => {
  const queue = new RedisDispatchQueue(redis, new RedisKeys('fg'));
  await admin.script('FLUSH');
  await queue.place([offer('b', 20)]);
  // Redis knows the script of an offer by now, and not the one of a hold, which is therefore sent twice.
  await queue.place([hold('a', 10, 'attempt', 60_000), drop('b'), offer('a', 10)]);
  expect(await queue.depth(device)).toEqual({ waiting: 1, held: 0 });
});

it('brings back to a repeated attempt what it holds, however much is held by attempts whose names come before', async () => {
  const queue = new RedisDispatchQueue(redis, new RedisKeys('fg-names'));
  const others = Array.from({ length: 100 }, (_, n) => hold(`other-${n}`, n, `a-${n}`, 60_000));
  await queue.place([...others, hold('mine', 1_000, 'b', 60_000)]);
  const { commandIds } = await queue.take(device, {
    limit: 1,
    holdMs: 1_000,
    dueInMs: 5_000,
    anew: false,
    attemptId: 'b',
  });
  expect(commandIds).toEqual(['mine']);
});

it('keeps nothing of a queue whose commands are only watched', async () => {
  const queue = new RedisDispatchQueue(redis, new RedisKeys('fg-watched'));
  await queue.place([offer('a', 10), hold('b', 20, 'attempt', 60_000), offer('c', 30, { delayMs: 1_000 })]);
  await queue.place([watch('a', 1_000), watch('b', 1_000), watch('c', 1_000)]);
  const left = (await admin.keys('fg-watched:*')).filter((key) => !/:(due|served)\b/.test(key));
  expect(left).toEqual([]);
});
