import { setTimeout as sleep } from 'node:timers/promises';
import { wayOf } from './fault.js';
import type { Fault } from './fault.js';

const always = () => null;

export const slowPostgres: Fault = {
  kind: 'slow Postgres',
  impossibleBecause: always,
  strike: async ({ postgresWay, dice }) => {
    const delayMs = dice.whole(60, 900);
    postgresWay.delayMs = delayMs;
    try {
      await sleep(dice.whole(2_500, 4_500));
    } finally {
      postgresWay.delayMs = 0;
    }
    return { note: `${String(delayMs)} ms each way` };
  },
};

/** Every connection to both stores, again and again. */
export const droppedConnections: Fault = {
  kind: 'dropped connections',
  impossibleBecause: always,
  strike: async ({ postgresWay, redis }) => {
    for (let times = 0; times < 8; times += 1) {
      for (const way of [postgresWay, ...wayOf(redis)]) way.dropAll();
      await sleep(250);
    }
    return {};
  },
};

/** The stores do what they were asked, and the gateway never hears of it. */
export const lostReplies: Fault = {
  kind: 'lost replies',
  impossibleBecause: always,
  strike: async ({ postgresWay, redis }) => {
    for (let times = 0; times < 15; times += 1) {
      postgresWay.cutOnReply((reply) => reply.includes('COMMIT'));
      for (const way of wayOf(redis)) way.cutOnReply((reply) => reply[0] === 0x2a);
      await sleep(200);
    }
    for (const way of [postgresWay, ...wayOf(redis)]) way.disarm();
    return {};
  },
};

export const blackHole: Fault = {
  kind: 'black hole',
  impossibleBecause: always,
  strike: async ({ postgresWay, redis, dice }) => {
    const isPostgres = dice.chance(0.5);
    const ways = isPostgres ? [postgresWay] : wayOf(redis);
    for (const way of ways) way.swallows = true;
    try {
      await sleep(dice.whole(2_000, 4_000));
    } finally {
      for (const way of ways) way.swallows = false;
    }
    return { note: isPostgres ? 'Postgres' : 'Redis' };
  },
};
