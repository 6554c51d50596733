import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { InProcessLiveBus } from '../../src/infrastructure/in-process/in-process-live-bus.js';
import { InProcessWakeUps } from '../../src/infrastructure/in-process/in-process-wake-ups.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDeviceConnections } from '../../src/infrastructure/redis/redis-device-connections.js';
import { RedisDeviceTokens } from '../../src/infrastructure/redis/redis-device-tokens.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { RedisLiveBus } from '../../src/infrastructure/redis/redis-live-bus.js';
import { RedisPresence } from '../../src/infrastructure/redis/redis-presence.js';
import { RedisRateLimiter } from '../../src/infrastructure/redis/redis-rate-limiter.js';
import { RedisWakeUps } from '../../src/infrastructure/redis/redis-wake-ups.js';
import type { RedisConfig } from '../../src/infrastructure/redis/redis-config.js';
import { eventually } from '../support/eventually.js';
import { testRedis } from '../support/redis.js';
import { describeDeviceConnectionsContract } from './device-connections.contract.js';
import { describeDeviceTokensContract } from './device-tokens.contract.js';
import { describeDispatchQueueContract } from './dispatch-queue.contract.js';
import { describeLiveBusContract } from './live-bus.contract.js';
import { describePresenceContract } from './presence.contract.js';
import { describeRateLimiterContract } from './rate-limiter.contract.js';
import { startRedisCluster } from './redis-cluster.js';
import { startRedisSentinels } from './redis-sentinel.js';
import { describeWakeUpsContract } from './wake-ups.contract.js';

interface Store {
  readonly config: RedisConfig;
  readonly prefix: string;
  cleanup(): Promise<void>;
}

const rule = { name: 'calls', points: 1_000, windowMs: 60_000 };

const oneServer = (): Promise<Store> => {
  const server = testRedis();
  const { url, prefix } = server;
  return Promise.resolve({ config: { url }, prefix, cleanup: () => server.cleanup() });
};

const threeNodes = async (): Promise<Store> => {
  const cluster = await startRedisCluster();
  return { config: { clusterNodes: cluster.nodes }, prefix: 'fg:', cleanup: () => cluster.remove() };
};

const throughSentinels = async (): Promise<Store> => {
  const sentinels = await startRedisSentinels();
  return { config: sentinels.config, prefix: 'fg:', cleanup: () => sentinels.remove() };
};

/** Opening goes on without a store that is late; the suites are about one that is there, as a whole. */
async function openWhole(config: RedisConfig): Promise<RedisClient> {
  const redis = await RedisClient.open(config);
  const queue = new RedisDispatchQueue(redis, new RedisKeys());
  await eventually(() => queue.inEpoch('of nobody').then(() => true), { withinMs: 20_000, everyMs: 50 });
  return redis;
}

describe.each([
  ['Redis', oneServer],
  ['Redis Cluster', threeNodes],
  ['Redis Sentinel', throughSentinels],
])('%s', (name, start) => {
  let store: Store;
  let redis: RedisClient;
  let other: RedisClient;

  beforeAll(async () => {
    store = await start();
    redis = await openWhole(store.config);
    other = await openWhole(store.config);
  }, 90_000);
  afterAll(async () => {
    redis.close();
    other.close();
    await store.cleanup();
  });

  const close = () => Promise.resolve();
  const freshKeys = () => new RedisKeys(`${store.prefix}${randomBytes(4).toString('hex')}`);

  function movableInstant() {
    let nowMs = Date.UTC(2026, 0, 5);
    const advance = (ms: number): void => {
      nowMs += ms;
    };
    return { instant: () => nowMs, advance };
  }

  describeDispatchQueueContract(name, () => {
    const { instant, advance } = movableInstant();
    return Promise.resolve({ queue: new RedisDispatchQueue(redis, freshKeys(), instant), advance, close });
  });

  describeDeviceTokensContract(name, () => {
    const { instant, advance } = movableInstant();
    const keys = freshKeys();
    const tokens = new RedisDeviceTokens(redis, keys, instant);
    const queue = new RedisDispatchQueue(redis, keys, instant);
    return Promise.resolve({ tokens, queue, presence: new RedisPresence(redis, keys), advance, close });
  });

  describePresenceContract(name, () =>
    Promise.resolve({ presence: new RedisPresence(redis, freshKeys()), close }),
  );

  describeRateLimiterContract(name, () => {
    const keys = freshKeys();
    const elsewhere = new RedisRateLimiter(other, keys);
    return Promise.resolve({ limiter: new RedisRateLimiter(redis, keys), elsewhere, close });
  });

  it('lets nobody through when the connection is gone', async () => {
    const gone = await openWhole(store.config);
    const limiter = new RedisRateLimiter(gone, freshKeys());
    await limiter.spend(rule, 'a');
    gone.close();
    await expect(limiter.spend(rule, 'a')).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });

  describeWakeUpsContract(name, async () => {
    const keys = freshKeys();
    const here = new RedisWakeUps(redis, keys, new InProcessWakeUps());
    const there = new RedisWakeUps(other, keys, new InProcessWakeUps());
    await Promise.all([redis.subscribed(2_000), other.subscribed(2_000)]);
    return { here, there, close };
  });

  describeLiveBusContract(name, async () => {
    const keys = freshKeys();
    const busOf = (client: RedisClient) => new RedisLiveBus(client, keys, new InProcessLiveBus());
    const gone = await openWhole(store.config);
    const cutOff = busOf(gone);
    gone.close();
    const [here, there] = [busOf(redis), busOf(other)];
    await Promise.all([redis.subscribed(2_000), other.subscribed(2_000)]);
    return { here, there, cutOff, close };
  });

  describeDeviceConnectionsContract(name, () => {
    const keys = freshKeys();
    const pass = async (deviceId: string, ms: number): Promise<void> => {
      const key = keys.connection(deviceId);
      const left = Number(await redis.command('PTTL', key));
      await redis.command('PEXPIRE', key, String(left - ms));
    };
    const here = new RedisDeviceConnections(redis, keys);
    return Promise.resolve({ here, there: new RedisDeviceConnections(other, keys), pass, close });
  });
});
