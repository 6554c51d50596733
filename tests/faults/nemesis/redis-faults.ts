import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisNode } from '../servers/redis-node.js';
import { primaryOf } from './fault.js';
import type { Battlefield, Fault } from './fault.js';
import { Witness } from './witness.js';

const needsSingle = ({ redis }: Battlefield): string | null =>
  redis.kind === 'single' ? null : 'the sentinels watch it';

/** Comes back with what its append-only file has, which a kill alone does not cost a byte. */
export const redisRestart: Fault = {
  kind: 'Redis kill -9, restart from AOF',
  impossibleBecause: needsSingle,
  strike: async ({ redis, dice }) => {
    const node = await primaryOf(redis);
    const witness = await Witness.open(node);
    await sleep(300);
    await node.kill();
    await sleep(dice.whole(100, 2_000));
    await node.restart();
    return { redisLost: await witness.lostOn(node), unnoticed: true };
  },
};

export const redisFlush: Fault = {
  kind: 'Redis FLUSHALL',
  impossibleBecause: () => null,
  strike: async ({ redis }) => {
    const node = await primaryOf(redis);
    const lost = await node.ask(async (client) => {
      const size = await client.dbsize();
      await client.flushall();
      return size;
    });
    return { redisLost: lost, note: `${String(lost)} keys` };
  },
};

export const redisPause: Fault = {
  kind: 'Redis SIGSTOP',
  impossibleBecause: needsSingle,
  strike: async ({ redis, dice }) => {
    const node = await primaryOf(redis);
    node.pause();
    try {
      await sleep(dice.whole(1_500, 4_000));
    } finally {
      node.resume();
    }
    return {};
  },
};

export const redisPowerLoss: Fault = {
  kind: 'Redis power loss',
  impossibleBecause: (field) =>
    needsSingle(field) ?? (field.redis.kind === 'single' ? field.redis.disk.steadyBecause : null),
  strike: async ({ redis, dice }) => {
    if (redis.kind !== 'single') return {};
    const { node, disk } = redis;
    const witness = await Witness.open(node);
    await sleep(dice.whole(600, 1_200));
    disk.cut();
    await node.kill();
    await disk.restore();
    await node.restart();
    const lost = await witness.lostOn(node);
    return { redisLost: lost, unnoticed: true, note: `${String(lost)} acknowledged writes` };
  },
};

const needsSentinels = ({ redis }: Battlefield): string | null =>
  redis.kind === 'sentinel' ? null : 'there are no sentinels';

/** The primary goes on answering gateways while its fellows choose another one: its last seconds are lost. */
export const failoverWithLostTail: Fault = {
  kind: 'Sentinel failover, lost tail',
  impossibleBecause: needsSentinels,
  strike: async ({ redis }) => {
    if (redis.kind !== 'sentinel') return {};
    const { old, heal } = await redis.sentinel.cutOffPrimary();
    const witness = await Witness.open(old);
    let chosen: RedisNode;
    try {
      chosen = await redis.sentinel.failover(old);
      await sleep(500);
      await witness.lookAtKeys();
    } finally {
      await heal();
    }
    const lost = await witness.lostOn(chosen);
    return { redisLost: lost, unnoticed: true, note: `${String(lost)} acknowledged writes` };
  },
};

/** The primary dies and comes back as a replica. */
export const failoverByKill: Fault = {
  kind: 'Sentinel failover, primary killed',
  impossibleBecause: needsSentinels,
  strike: async ({ redis }) => {
    if (redis.kind !== 'sentinel') return {};
    const old = await redis.sentinel.primary();
    const witness = await Witness.open(old);
    await sleep(300);
    await old.kill();
    const chosen = await redis.sentinel.failover(old);
    await old.restart();
    await redis.sentinel.settled();
    return { redisLost: await witness.lostOn(chosen), unnoticed: true };
  },
};
