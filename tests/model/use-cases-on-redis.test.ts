import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';
import { timeLimitMs } from './model-budget.js';
import { runUseCases } from './use-case-model.js';

describe('Whatever people, devices and gateways do, and whatever fails', () => {
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

  it(
    'commands do what the documents say, with the dispatch store on Redis',
    () =>
      runUseCases('of the use cases on Redis', 0.05, {
        fresh: async (instant) => {
          await admin.flushall();
          return new RedisDispatchQueue(redis, new RedisKeys('fg'), instant);
        },
        left: () => admin.keys('*'),
      }),
    timeLimitMs,
  );
});
