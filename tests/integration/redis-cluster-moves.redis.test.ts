import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { crc16 } from '../../src/infrastructure/redis/crc16.js';
import { InProcessWakeUps } from '../../src/infrastructure/in-process/in-process-wake-ups.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { RedisWakeUps } from '../../src/infrastructure/redis/redis-wake-ups.js';
import { startRedisCluster } from '../contract/redis-cluster.js';
import type { RedisCluster } from '../contract/redis-cluster.js';
import { eventually } from '../support/eventually.js';
import { startWorkload } from './redis-workload.js';

const keys = new RedisKeys();
const slotOfShard = (shard: string): number => crc16(shard.slice(1, -1)) % 16_384;
const shardOfSlot = new Map(keys.shards.map((shard) => [slotOfShard(shard), shard]));
/** One device for each of a third of the shards. */
const devices = keys.shards.slice(0, 20).map((shard) => {
  const names = Array.from({ length: 10_000 }, (_, n) => `device-${String(n)}`);
  return names.find((name) => keys.shardOf(name) === shard) ?? '';
});

interface Node {
  readonly port: number;
  readonly id: string;
  readonly admin: Redis;
}

describe('A cluster whose slots move', () => {
  let cluster: RedisCluster;
  let nodes: readonly Node[];
  let here: RedisClient;
  let there: RedisClient;

  beforeAll(async () => {
    cluster = await startRedisCluster();
    nodes = await Promise.all(
      cluster.nodes.map(async ({ port }) => {
        const admin = new Redis({ port, host: '127.0.0.1' });
        return { port, admin, id: String(await admin.call('CLUSTER', 'MYID')) };
      }),
    );
    const config = { clusterNodes: cluster.nodes };
    [here, there] = await Promise.all([RedisClient.open(config), RedisClient.open(config)]);
    const queue = new RedisDispatchQueue(here, keys);
    await eventually(() => queue.inEpoch('none').then(() => true), { withinMs: 20_000 });
  }, 60_000);
  afterAll(async () => {
    for (const client of [here, there]) client.close();
    for (const { admin } of nodes) admin.disconnect();
    await cluster.remove();
  });

  const ownerOf = async (slot: number): Promise<Node> => {
    const owned = await Promise.all(
      nodes.map(async ({ admin }) => String(await admin.call('CLUSTER', 'NODES')).split('\n')),
    );
    const owner = nodes.find((_, n) => owns(owned[n] ?? [], slot));
    if (owner === undefined) throw new Error(`Nobody owns slot ${String(slot)}.`);
    return owner;
  };

  /** As `redis-cli --cluster reshard` does it, a few keys at a time. */
  async function move(slot: number): Promise<void> {
    const from = await ownerOf(slot);
    const to = nodes.find(({ id }) => id !== from.id) ?? from;
    await to.admin.call('CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', from.id);
    await from.admin.call('CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', to.id);
    for (;;) {
      const found = (await from.admin.call('CLUSTER', 'GETKEYSINSLOT', String(slot), '2')) as string[];
      if (found.length === 0) break;
      await from.admin.call('MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...found);
    }
    for (const { admin } of [to, from, ...nodes.filter((node) => node !== to && node !== from)]) {
      await admin.call('CLUSTER', 'SETSLOT', String(slot), 'NODE', to.id);
    }
  }

  it('reckons slots as we do', async () => {
    for (const key of ['fg:{s17}:due', 'fg:token:hash', keys.budget('calls', 'a'), ...keys.shards]) {
      const tag = /\{(.+?)\}/.exec(key)?.[1] ?? key;
      const slot = await nodes[0]?.admin.call('CLUSTER', 'KEYSLOT', key);
      expect([key, crc16(tag) % 16_384]).toEqual([key, slot]);
    }
  });

  it('loses nothing and doubles nothing while they move under load, and answers all along', async () => {
    const workload = startWorkload(new RedisDispatchQueue(here, keys), devices);
    const slots = [...shardOfSlot.keys()].slice(0, 14);
    for (const slot of [...slots, ...slots.slice(0, 6)]) {
      await move(slot);
      workload.answered();
      await eventually(() => workload.answered() > 0, { withinMs: 10_000 });
    }
    const report = await workload.end();
    expect(report).toMatchObject({ surprises: [], lost: [], doubled: [] });
    expect(report.offered.length).toBeGreaterThan(devices.length);
    // It did bite: calls met slots that were elsewhere, or on their way.
    const errors = await Promise.all(nodes.map(({ admin }) => admin.info('errorstats')));
    expect(errors.join()).toMatch(/errorstat_(TRYAGAIN|ASK|MOVED):count=[1-9]/);
  }, 300_000);

  it('goes on waking whoever waits, also for devices whose slots have moved', async () => {
    const wakers = [here, there].map((redis) => new RedisWakeUps(redis, keys, new InProcessWakeUps()));
    const [hears, wakes] = wakers as [RedisWakeUps, RedisWakeUps];
    await Promise.all([here.subscribed(5_000), there.subscribed(5_000)]);
    const isHeard = async (device: string): Promise<boolean> => {
      const seat = await hears.take(device);
      await wakes.wake(device);
      const how = await seat.wait(100, new AbortController().signal);
      seat.leave();
      return how === 'woken';
    };
    for (const device of devices) await eventually(() => isHeard(device), { withinMs: 10_000 });
    for (const slot of [...shardOfSlot.keys()].slice(0, 10)) await move(slot);
    for (const device of devices) await eventually(() => isHeard(device), { withinMs: 15_000 });
  }, 120_000);
});

/** Whether the node that says this of itself owns the slot: `<id> … myself … 0-5460 [93->-…]`. */
function owns(lines: readonly string[], slot: number): boolean {
  const mine = lines.find((line) => line.includes('myself')) ?? '';
  return mine
    .split(' ')
    .slice(8)
    .filter((range) => /^\d+(-\d+)?$/.test(range))
    .map((range) => range.split('-').map(Number))
    .some(([first = 0, last = first]) => first <= slot && slot <= last);
}
