import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { InProcessDispatchQueue } from '../../src/infrastructure/in-process/in-process-dispatch-queue.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';
import { CommandReference } from './command-reference.js';
import { drain } from './drained-world.js';
import { GatewayWorld } from './gateway-world.js';
import type { WorldStore } from './gateway-world.js';
import { generatedSteps } from './generated-steps.js';
import { isLongHaul, isWholeBudget, modelBudget, printTally, timeLimitMs } from './model-budget.js';
import { rareReach, useCaseReach } from './model-reach.js';
import { Tally } from './tally.js';

const begin = Date.UTC(2026, 0, 5);

async function runModel(name: string, share: number, store: WorldStore): Promise<void> {
  const tally = new Tally();
  let runs = 0;
  const world = await GatewayWorld.open(store, begin);
  try {
    const property = fc.asyncProperty(generatedSteps, async (steps) => {
      runs += 1;
      await world.begin(begin);
      const model = new CommandReference(begin);
      const real = { world, tally, record: [] };
      await fc.asyncModelRun(() => ({ model, real }), steps);
      await drain(model, real);
    });
    await fc.assert(property, modelBudget(share));
  } finally {
    printTally(name, runs, tally);
    await world.close();
  }
  if (isWholeBudget) expect(tally.missing(useCaseReach)).toEqual([]);
  if (isLongHaul) expect(tally.missing(rareReach)).toEqual([]);
}

describe('Whatever people, devices and gateways do, and whatever fails, commands do what the documents say', () => {
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
    'with the dispatch store in memory',
    () =>
      runModel('of the use cases in memory', 0.1, {
        fresh: (instant) => Promise.resolve(new InProcessDispatchQueue({ now: () => new Date(instant()) })),
        left: () => Promise.resolve([]),
      }),
    timeLimitMs,
  );

  it(
    'with the dispatch store on Redis',
    () =>
      runModel('of the use cases on Redis', 0.1, {
        fresh: async (instant) => {
          await admin.flushall();
          return new RedisDispatchQueue(redis, new RedisKeys('fg'), instant);
        },
        left: () => admin.keys('*'),
      }),
    timeLimitMs,
  );
});
