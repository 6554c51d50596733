import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import type { RedisConfig } from '../../src/infrastructure/redis/redis-config.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { startRedisCluster } from '../contract/redis-cluster.js';
import { eventually } from '../support/eventually.js';
import { startRedisServer } from '../support/redis-server.js';
import { startWorkload } from './redis-workload.js';

interface Store {
  readonly config: RedisConfig;
  readonly ports: readonly number[];
  remove(): Promise<void>;
}

const one = async (): Promise<Store> => {
  const server = await startRedisServer();
  return { config: { url: server.url }, ports: [server.port], remove: () => server.remove() };
};
const three = async (): Promise<Store> => {
  const cluster = await startRedisCluster();
  const ports = cluster.nodes.map(({ port }) => port);
  return { config: { clusterNodes: cluster.nodes }, ports, remove: () => cluster.remove() };
};

const devices = ['device-a', 'device-b', 'device-c', 'device-d'];

describe.each([
  ['one server', one],
  ['a cluster', three],
])('Flushing the scripts of %s all the time', (_, start) => {
  let store: Store;
  let admins: readonly Redis[];
  let redis: RedisClient;

  beforeAll(async () => {
    store = await start();
    admins = store.ports.map((port) => new Redis({ port, host: '127.0.0.1' }));
    redis = await RedisClient.open(store.config);
    const keys = new RedisKeys();
    await eventually(() => new RedisDispatchQueue(redis, keys).inEpoch('none').then(() => true));
  }, 60_000);
  afterAll(async () => {
    redis.close();
    for (const admin of admins) admin.disconnect();
    await store.remove();
  });

  it('fails no call, loses nothing and doubles nothing', async () => {
    const queue = new RedisDispatchQueue(redis, new RedisKeys());
    const workload = startWorkload(queue, devices);
    for (let n = 0; n < 300; n += 1) {
      await Promise.all(admins.map((admin) => admin.script('FLUSH')));
      await pause(3);
    }
    const report = await workload.end();
    expect(report).toMatchObject({ surprises: [], lost: [], doubled: [] });
    // A machine that stalls may let a call run out of time; that is no matter of scripts.
    expect(report.unavailable.filter((cause) => !cause.includes('timed out'))).toEqual([]);
    expect(report.offered.length).toBeGreaterThan(20);
    const misses = await Promise.all(admins.map(async (admin) => Number(await rejected(admin, 'evalsha'))));
    // It did bite: calls found their script gone.
    expect(misses.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);
  });
});

describe('A server that was restarted', () => {
  it('knows no script any more, and is taught them by the calls', async () => {
    const server = await startRedisServer({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const redis = await RedisClient.open({ url: server.url });
    try {
      const queue = new RedisDispatchQueue(redis, new RedisKeys());
      const workload = startWorkload(queue, devices);
      for (let restart = 0; restart < 3; restart += 1) {
        workload.answered();
        await eventually(() => workload.answered() > 20, { withinMs: 20_000, everyMs: 100 });
        await server.kill();
        await server.start();
      }
      workload.answered();
      await eventually(() => workload.answered() > 20, { withinMs: 20_000, everyMs: 100 });
      const report = await workload.end();
      expect(report).toMatchObject({ surprises: [], lost: [], doubled: [] });
      expect(report.unavailable.length).toBeGreaterThan(0);
    } finally {
      redis.close();
      await server.remove();
    }
  }, 90_000);
});

/** How many calls of a command the server refused. */
async function rejected(admin: Redis, command: string): Promise<string> {
  const stats = await admin.info('commandstats');
  return new RegExp(`cmdstat_${command}:.*failed_calls=(\\d+)`).exec(stats)?.[1] ?? '0';
}
