import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { InProcessDispatchQueue } from '../../src/infrastructure/in-process/in-process-dispatch-queue.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';
import { devices, dispatchReach, dispatchSteps } from './dispatch-commands.js';
import type { DispatchUnderTest } from './dispatch-commands.js';
import { DispatchReference } from './dispatch-reference.js';
import { isWholeBudget, modelBudget, printTally, timeLimitMs } from './model-budget.js';
import { Tally } from './tally.js';
import { clockOf } from '../support/clock-of.js';

/** Everything of the model, dropped: afterwards the store holds nothing of it. */
const dropAll = () =>
  devices.flatMap((deviceId) =>
    Array.from({ length: 8 }, (_, n) => ({ kind: 'drop' as const, deviceId, commandId: `c${String(n)}` })),
  );

const begin = Date.UTC(2026, 0, 5);

interface Subject {
  readonly keepsOpen: boolean;
  readonly share: number;
  readonly open: (tally: Tally) => Promise<DispatchUnderTest>;
  /** Names of keys that are left when everything was dropped. */
  readonly left: () => Promise<readonly string[]>;
}

async function runModel(name: string, { keepsOpen, share, open, left }: Subject): Promise<void> {
  const tally = new Tally();
  let runs = 0;
  const property = fc.asyncProperty(dispatchSteps, async (steps) => {
    runs += 1;
    const real = await open(tally);
    await fc.asyncModelRun(() => ({ model: new DispatchReference(keepsOpen, begin), real }), steps);
    await real.queue.place(dropAll());
    real.step(3_600_000);
    for (const deviceId of ['d0', 'd1'])
      expect(await real.queue.depth(deviceId)).toEqual({ waiting: 0, held: 0 });
    expect(await real.queue.takeDue(100, 1)).toEqual([]);
    // Who was served is known for five minutes, the epoch for as long as it lasts.
    expect((await left()).filter((key) => !/:(served|epoch|rebuilds)\b/.test(key))).toEqual([]);
  });
  await fc.assert(property, modelBudget(share));
  printTally(name, runs, tally);
  if (isWholeBudget) expect(tally.missing(dispatchReach)).toEqual([]);
}

describe('Whatever happens to a dispatch queue, it does what the port says', () => {
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
    'in memory',
    () =>
      runModel('of the dispatch queue in memory', {
        keepsOpen: false,
        share: 0.6,
        open(tally) {
          let nowMs = begin;
          const fresh = () => new InProcessDispatchQueue(clockOf(() => new Date(nowMs)));
          const real = {
            queue: fresh(),
            tally,
            step: (byMs: number) => {
              nowMs += byMs;
            },
            wipe: () => {
              real.queue = fresh();
              return Promise.resolve();
            },
          };
          return Promise.resolve(real);
        },
        left: () => Promise.resolve([]),
      }),
    timeLimitMs,
  );

  it(
    'on Redis',
    () =>
      runModel('of the dispatch queue on Redis', {
        keepsOpen: true,
        share: 0.25,
        async open(tally) {
          let nowMs = begin;
          await admin.flushall();
          return {
            queue: new RedisDispatchQueue(redis, new RedisKeys('fg'), () => nowMs),
            tally,
            step: (byMs) => {
              nowMs += byMs;
            },
            wipe: async () => {
              await admin.flushall();
            },
          };
        },
        left: () => admin.keys('*'),
      }),
    timeLimitMs,
  );
});
