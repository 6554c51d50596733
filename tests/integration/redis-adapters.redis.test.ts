import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Placement } from '../../src/domain/command/placement.js';
import { InProcessWakeUps } from '../../src/infrastructure/in-process/in-process-wake-ups.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDeviceTokens } from '../../src/infrastructure/redis/redis-device-tokens.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { RedisPresence } from '../../src/infrastructure/redis/redis-presence.js';
import { RedisRateLimiter } from '../../src/infrastructure/redis/redis-rate-limiter.js';
import { RedisWakeUps } from '../../src/infrastructure/redis/redis-wake-ups.js';
import { eventually } from '../support/eventually.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';

const keys = new RedisKeys('fg');
const deviceId = 'device-a';
const session = { deviceId, customerId: 'customer-a', tokenGeneration: 1 };
const token = { deviceId, hash: 'hash-1' };
const lifetime = { idleMs: 600_000, lifeMs: 3_600_000 };
const rule = { name: 'calls', points: 1_000, windowMs: 600_000 };
const away = { code: 'dependency_unavailable', retryAfterMs: 1_000 };
const offer = (commandId: string, rank: number, dueInMs: number | null = null): Placement => ({
  kind: 'offer',
  deviceId,
  commandId,
  rank,
  delayMs: 0,
  dueInMs,
});
const request = (attemptId: string, limit = 10) => ({
  attemptId,
  limit,
  anew: false,
  dueInMs: 5_000,
  holdMs: 60_000,
});

async function timed(call: Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const from = performance.now();
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { error, ms: performance.now() - from };
}

describe('Redis adapters on a server of their own', () => {
  let server: RedisServer;
  let admin: Redis;
  let redis: RedisClient;
  let queue: RedisDispatchQueue;
  let tokens: RedisDeviceTokens;

  beforeAll(async () => {
    server = await startRedisServer();
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
    redis = await RedisClient.open({ url: server.url });
    queue = new RedisDispatchQueue(redis, keys);
    tokens = new RedisDeviceTokens(redis, keys);
  });
  afterAll(async () => {
    redis.close();
    admin.disconnect();
    await server.remove();
  });

  async function begin(epoch: string): Promise<void> {
    await queue.beginRebuild(`mark of ${epoch}`);
    expect(await queue.beginEpoch(epoch, `mark of ${epoch}`)).toBe(true);
  }

  it('go on when the scripts are flushed in the middle', async () => {
    const limiter = new RedisRateLimiter(redis, keys);
    await queue.place([offer('a', 1)]);
    await limiter.spend(rule, deviceId);
    await admin.script('FLUSH');
    await Promise.all([queue.place([offer('b', 2)]), queue.place([offer('c', 3)])]);
    await Promise.all([limiter.spend(rule, deviceId), limiter.spend(rule, deviceId)]);
    expect((await limiter.spend(rule, deviceId)).remaining).toBe(rule.points - 4);
    await admin.script('FLUSH');
    expect((await queue.take(deviceId, request('flushed'))).commandIds).toEqual(['a', 'b', 'c']);
    await admin.flushall();
  });

  it('keep times in milliseconds, by the clock of Redis', async () => {
    const nowMs = async () => {
      const [seconds, micros] = (await admin.time()).map(Number);
      return (seconds ?? 0) * 1_000 + Math.floor((micros ?? 0) / 1_000);
    };
    const before = await nowMs();
    await queue.place([{ kind: 'watch', deviceId, commandId: 'a', dueInMs: 5_000 }]);
    const latest = (await nowMs()) + 5_000;
    const score = Number(await admin.zscore(keys.queue(deviceId).due, `${deviceId}|a`));
    expect(score).toBeGreaterThanOrEqual(before + 5_000);
    expect(score).toBeLessThanOrEqual(latest);
    await admin.flushall();
  });

  it('keep of a command that is only watched when it is due, and for a while that it was taken', async () => {
    await queue.place([
      offer('a', 1, 60_000),
      { kind: 'offer', deviceId, commandId: 'b', rank: 2, delayMs: 60_000, dueInMs: null },
    ]);
    await queue.take(deviceId, request('one'));
    const watched = { kind: 'watch', deviceId, dueInMs: 60_000 } as const;
    await queue.place(['a', 'b'].map((commandId) => ({ ...watched, commandId })));
    const kept = [keys.queue(deviceId).due, keys.served(deviceId, 'one')];
    expect(new Set(await admin.keys('*'))).toEqual(new Set(kept));
    await admin.flushall();
  });

  it('leave nothing without an end behind but the epoch', async () => {
    const presence = new RedisPresence(redis, keys);
    const limiter = new RedisRateLimiter(redis, keys);
    await begin('one');
    const ids = Array.from({ length: 40 }, (_, n) => `c${String(n)}`);
    await queue.place(ids.map((id, rank) => offer(id, rank, 60_000)));
    await queue.place([{ kind: 'watch', deviceId, commandId: 'watched', dueInMs: 0 }]);
    await queue.take(deviceId, request('one'));
    await queue.take(deviceId, request('two'));
    const held = { kind: 'hold', deviceId, forMs: 60_000, dueInMs: 60_000 } as const;
    await queue.place([
      { ...held, commandId: 'c0', rank: 0, attemptId: 'one' },
      { ...held, commandId: 'c10', rank: 10, attemptId: 'two' },
    ]);
    await queue.takeDue(10, 60_000);
    await tokens.put('hash-1', session, lifetime);
    await tokens.admit(token, rule);
    await presence.beat(deviceId, { at: new Date(), status: 'ok', metrics: {}, agentVersion: null });
    await limiter.spend(rule, deviceId);

    await queue.place([...ids, 'watched'].map((commandId) => ({ kind: 'drop', deviceId, commandId })));
    const epochs = new Set(keys.shards.map((shard) => keys.epoch(shard)));
    const left = (await admin.keys('*')).filter((key) => !epochs.has(key));
    const served = ['one', 'two'].map((attemptId) => keys.served(deviceId, attemptId));
    for (const key of served) {
      expect(await admin.pttl(key)).toBeLessThanOrEqual(300_000);
      expect(await admin.pttl(key)).toBeGreaterThan(200_000);
    }
    const expected = [
      ...served,
      keys.deviceBudget(rule.name, deviceId),
      keys.deviceTokens(deviceId),
      keys.latestBeat(deviceId),
      keys.beats(deviceId),
    ];
    expect(left.sort()).toEqual([...expected, keys.budget(rule.name, deviceId)].sort());
    for (const key of left) expect(await admin.pttl(key)).toBeGreaterThan(0);

    await tokens.revokeAll(deviceId);
    const beats = [keys.latestBeat(deviceId), keys.beats(deviceId)];
    const budgets = [keys.budget(rule.name, deviceId), keys.deviceBudget(rule.name, deviceId)];
    const ending = new Set([...served, ...beats, ...budgets]);
    expect((await admin.keys('*')).filter((key) => !epochs.has(key) && !ending.has(key))).toEqual([]);
    await admin.flushall();
  });

  it('let a device be found, served and revoked while Redis is full, and take nothing new', async () => {
    await queue.place([offer('a', 1, 0), offer('b', 2), offer('c', 3)]);
    await tokens.put('hash-1', session, lifetime);
    await begin('one');
    await queue.beginRebuild('filling');
    await admin.config('SET', 'maxmemory', '1mb');
    try {
      await expect(queue.place([offer('d', 4)])).rejects.toMatchObject(away);
      expect(await queue.beginEpoch('two', 'filling')).toBe(true);
      await expect(queue.beginRebuild('refused')).rejects.toMatchObject(away);
      expect(await queue.inEpoch('two')).toBe(true);
      await expect(new RedisRateLimiter(redis, keys).spend(rule, deviceId)).rejects.toMatchObject(away);
      const transaction = redis.lend((driver) => driver.multi().set('full', 1, 'EX', 60).exec());
      await expect(transaction).rejects.toMatchObject(away);
      expect(await tokens.admit(token, rule)).toMatchObject({ kind: 'admitted', session });
      expect((await queue.take(deviceId, request('full', 2))).commandIds).toEqual(['a', 'b']);
      await queue.place([
        {
          kind: 'hold',
          deviceId,
          commandId: 'a',
          rank: 1,
          attemptId: 'full',
          forMs: 90_000,
          dueInMs: 90_000,
        },
        offer('b', 2),
        { kind: 'drop', deviceId, commandId: 'c' },
      ]);
      expect((await queue.take(deviceId, request('full', 2))).commandIds).toEqual(['a']);
      expect((await queue.take(deviceId, request('next', 2))).commandIds).toEqual(['b']);
      await queue.place([{ kind: 'watch', deviceId, commandId: 'b', dueInMs: 0 }]);
      expect(await queue.takeDue(10, 5_000)).toEqual([{ deviceId, commandId: 'b' }]);
      expect(await tokens.revokeAll(deviceId)).toBe(1);
      expect(await tokens.admit(token, rule)).toEqual({ kind: 'unknown' });
    } finally {
      await admin.config('SET', 'maxmemory', '0');
      await admin.flushall();
    }
  });

  it('say so within about a second when Redis freezes, and make no call afterwards', async () => {
    const limiter = new RedisRateLimiter(redis, keys);
    await limiter.spend(rule, 'warm');
    server.pause();
    try {
      const inFlight = await timed(limiter.spend(rule, 'frozen'));
      expect(inFlight.error).toMatchObject(away);
      expect(inFlight.ms).toBeLessThan(2_000);
      // Until the connection is given up, and then for a while more.
      await eventually(async () => (await timed(redis.ping())).ms < 100);
      for (let n = 0; n < 5; n += 1) {
        const later = await timed(limiter.spend(rule, 'frozen'));
        expect(later.error).toMatchObject(away);
        expect(later.ms).toBeLessThan(2_000);
      }
    } finally {
      server.resume();
    }
    const { remaining } = await eventually(() => limiter.spend(rule, 'frozen'));
    // What was on its way may have been executed, once; the rest never was.
    expect(rule.points - remaining).toBeLessThanOrEqual(2);
  });

  it('fail at once while the port is refused, and work again without a restart', async () => {
    const wakeUps = new RedisWakeUps(redis, keys, new InProcessWakeUps());
    await server.stop();
    await eventually(async () => (await timed(redis.ping())).error !== null);
    const refused = await timed(queue.take(deviceId, request('refused')));
    expect(refused.error).toMatchObject(away);
    expect(String(refused.error)).not.toContain('127.0.0.1');
    // Without waiting for any of the driver's time limits, the shortest of which is 700 ms.
    expect(refused.ms).toBeLessThan(500);
    const unlimited = await timed(new RedisRateLimiter(redis, keys).spend(rule, deviceId));
    expect(unlimited.error).toMatchObject(away);
    expect(unlimited.ms).toBeLessThan(500);
    await expect(wakeUps.wake(deviceId)).resolves.toBeUndefined();
    await server.start();
    await eventually(() => queue.place([offer('a', 1)]), { withinMs: 10_000 });
    expect((await queue.take(deviceId, request('back'))).commandIds).toEqual(['a']);
  });

  it('hear wake-ups of others again after a lost connection', async () => {
    const other = await RedisClient.open({ url: server.url });
    const here = new RedisWakeUps(redis, keys, new InProcessWakeUps());
    const there = new RedisWakeUps(other, keys, new InProcessWakeUps());
    try {
      await server.kill();
      const seat = await here.take(deviceId);
      await server.start();
      await eventually(
        async () => {
          await there.wake(deviceId);
          return (await seat.wait(50, new AbortController().signal)) === 'woken';
        },
        { withinMs: 10_000 },
      );
      seat.leave();
    } finally {
      other.close();
    }
  });
});

describe('Opening Redis', () => {
  it('is refused where keys are evicted', async () => {
    const server = await startRedisServer({ args: ['--maxmemory-policy', 'allkeys-lru'] });
    try {
      await expect(RedisClient.open({ url: server.url })).rejects.toThrow(/allkeys-lru.*noeviction/);
    } finally {
      await server.remove();
    }
  });

  it('warns where the configuration is hidden', async () => {
    const server = await startRedisServer({ args: ['--rename-command', 'CONFIG', ''] });
    const heard: string[] = [];
    const redis = await RedisClient.open({ url: server.url }, { log: (message) => heard.push(message) });
    try {
      expect(heard.join(' ')).toContain('noeviction');
      await redis.ping();
    } finally {
      redis.close();
      await server.remove();
    }
  });

  it('succeeds without Redis, refuses calls, and works once it is there', async () => {
    const server = await startRedisServer();
    await server.stop();
    const redis = await RedisClient.open({ url: server.url });
    try {
      await expect(redis.ping()).rejects.toMatchObject(away);
      await server.start();
      await eventually(() => redis.ping(), { withinMs: 10_000 });
    } finally {
      redis.close();
      await server.remove();
    }
  });

  it('goes on when the server accepts connections and answers nothing', async () => {
    const server = await startRedisServer();
    server.pause();
    const redis = await RedisClient.open({ url: server.url });
    try {
      const frozen = await timed(redis.ping());
      expect(frozen.error).toMatchObject(away);
      expect(frozen.ms).toBeLessThan(2_000);
      server.resume();
      await eventually(() => redis.ping(), { withinMs: 10_000 });
    } finally {
      redis.close();
      await server.remove();
    }
  });
});

describe('Redis keys', () => {
  it('spread devices over all shards, and keep one device on one', () => {
    const shards = new Set(Array.from({ length: 2_000 }, (_, n) => keys.shardOf(`device-${String(n)}`)));
    expect(shards.size).toBe(64);
    const tags = Object.values<string>({ ...keys.queue(deviceId) }).map((key) => /\{.*?\}/.exec(key)?.[0]);
    expect(new Set(tags)).toEqual(new Set([keys.shardOf(deviceId)]));
  });

  it.each(['fg{x}'])('refuse the prefix %s, which would move the hash tag', (prefix) => {
    expect(() => new RedisKeys(prefix)).toThrow();
  });
});
