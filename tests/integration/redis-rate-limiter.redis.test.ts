import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { RedisRateLimiter } from '../../src/infrastructure/redis/redis-rate-limiter.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';

const keys = new RedisKeys('fg');
const rule = { name: 'sign-in', points: 10, windowMs: 60_000, blockMs: 120_000 };

/** How often the server was asked for each of these commands since its counters were reset; never means absent. */
async function callsOf(admin: Redis, commands: readonly string[]): Promise<Record<string, number>> {
  const stats = await admin.info('commandstats');
  const counted = commands.flatMap((command): [string, number][] => {
    const calls = new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1];
    return calls === undefined ? [] : [[command, Number(calls)]];
  });
  return Object.fromEntries(counted);
}

describe('Budgets in Redis', () => {
  let server: RedisServer;
  let admin: Redis;
  let redis: RedisClient;

  beforeAll(async () => {
    server = await startRedisServer();
    admin = new Redis(server.url);
    redis = await RedisClient.open({ url: server.url });
  });
  beforeEach(() => admin.flushall());
  afterAll(async () => {
    redis.close();
    admin.disconnect();
    await server.remove();
  });

  it('cost one call a point, and one transaction more for the try that closes them', async () => {
    const limiter = new RedisRateLimiter(redis, keys);
    const commands = ['evalsha', 'eval', 'multi', 'exec'];
    await limiter.spend(rule, 'a');
    await admin.config('RESETSTAT');
    for (let n = 1; n < 10; n += 1) await limiter.spend(rule, 'a');
    expect(await callsOf(admin, commands)).toEqual({ evalsha: 9 });
    for (let n = 0; n < 5; n += 1) await limiter.spend(rule, 'a');
    expect(await callsOf(admin, commands)).toEqual({ evalsha: 14, multi: 1, exec: 1 });
  });

  it('are one key each, which ends with the window or with the block', async () => {
    const limiter = new RedisRateLimiter(redis, keys);
    const budget = keys.budget(rule.name, 'a');
    for (let n = 0; n < 10; n += 1) await limiter.spend(rule, 'a');
    expect(await admin.pttl(budget)).toBeLessThanOrEqual(rule.windowMs);
    await limiter.spend(rule, 'a');
    expect(await admin.pttl(budget)).toBeGreaterThan(rule.windowMs);
    expect(await admin.keys('*')).toEqual([budget]);
  });

  it('are refused with a fault when the block cannot be written', async () => {
    const limiter = new RedisRateLimiter(redis, keys);
    for (let n = 0; n < 10; n += 1) await limiter.spend(rule, 'a');
    await admin.acl('SETUSER', 'default', '-multi', '-exec');
    try {
      await expect(limiter.spend(rule, 'a')).rejects.toMatchObject({ code: 'dependency_unavailable' });
    } finally {
      await admin.acl('SETUSER', 'default', '+@all');
    }
    expect((await limiter.spend(rule, 'a')).allowed).toBe(false);
  });
});
