import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import type { Placement } from '../../src/domain/command/placement.js';
import { readLuaScripts } from '../../src/infrastructure/redis/lua-scripts.js';
import type { ScriptName } from '../../src/infrastructure/redis/lua-scripts.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { eventually } from '../support/eventually.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';

const keys = new RedisKeys('fg');
const away = { code: 'dependency_unavailable' };
const largest = 2 ** 53 - 1;
/** Added to any instant of these thousand years it stays exact. */
const longest = 2 ** 52;

const id = fc.oneof(fc.uuid(), fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/));
const rank = fc.oneof(fc.constantFrom(0, 1, 2 ** 31, 2 ** 32, 2 ** 52, largest), fc.maxSafeNat());
const ms = fc.oneof(
  fc.constantFrom(0, 1, 0.25, 999.999, longest),
  fc.nat(longest),
  fc.double({ min: 0, max: longest, noNaN: true }),
);
const dueInMs = fc.option(ms);
const placement = (deviceId: string): fc.Arbitrary<Placement> => {
  const fixed = { deviceId: fc.constant(deviceId), commandId: id };
  return fc.oneof(
    fc.record({ kind: fc.constant('offer' as const), ...fixed, rank, delayMs: ms, dueInMs }),
    fc.record({ kind: fc.constant('hold' as const), ...fixed, rank, attemptId: id, forMs: ms, dueInMs }),
    fc.record({ kind: fc.constant('watch' as const), ...fixed, dueInMs: ms }),
    fc.record({ kind: fc.constant('drop' as const), ...fixed }),
  );
};
const story = id.chain((deviceId) =>
  fc.record({
    deviceId: fc.constant(deviceId),
    placements: fc.array(placement(deviceId), { maxLength: 12 }),
    attemptId: id,
  }),
);

let server: RedisServer;
let admin: Redis;
let redis: RedisClient;
let queue: RedisDispatchQueue;

beforeAll(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
  redis = await RedisClient.open({ url: server.url });
  queue = new RedisDispatchQueue(redis, keys);
});
beforeEach(() => admin.flushall());
afterAll(async () => {
  redis.close();
  admin.disconnect();
  await server.remove();
});

/** What Redis itself answers, before the client makes words of it. */
const raw = (name: ScriptName, given: readonly string[], args: readonly string[]): Promise<unknown> =>
  admin.eval(readLuaScripts()[name].source, given.length, ...given, ...args);

const isWhole = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= largest;

describe('Between the gateway and its scripts', () => {
  it('nothing passes but words and whole numbers that a double can tell apart', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ deviceId, placements, attemptId }) => {
        await queue.place(placements);
        const { ready, held, delayed, ranks, holders, attempts, due } = keys.queue(deviceId);
        for (const key of [ready, held, delayed, attempts, due]) {
          const scores = (await admin.zrange(key, '0', '-1', 'WITHSCORES')).filter((_, n) => n % 2 === 1);
          expect(scores.filter((score) => !Number.isSafeInteger(Number(score)))).toEqual([]);
        }
        expect((await admin.hvals(ranks)).filter((value) => !isWhole(value))).toEqual([]);

        const served = keys.served(deviceId, attemptId);
        const epoch = keys.epoch(keys.shardOf(deviceId));
        const given = [ready, held, delayed, ranks, holders, attempts, served, epoch, due];
        const answers = [
          await raw('measure-queue', [ready, held, delayed], ['']),
          await raw('take-commands', given, ['', '10', '1000', attemptId, deviceId, '1000', '']),
          await raw('take-due', [due], ['', '10', '1000']),
        ];
        const [depth, taken, dueNow] = answers.map((answer) => {
          expect(Array.isArray(answer)).toBe(true);
          const parts = answer as unknown[];
          expect(parts.every((part) => typeof part === 'string')).toBe(true);
          return parts as string[];
        });
        expect(depth?.slice(1).every(isWhole)).toBe(true);
        const nextInMs = taken?.[2] ?? 'missing';
        expect(nextInMs === '' || isWhole(nextInMs)).toBe(true);
        expect(dueNow?.[0]).toBe('due');
        await admin.flushall();
      }),
      { numRuns: 60 },
    );
  });

  it('ranks pass as they are, and keep their order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(rank, { minLength: 2, maxLength: 10 }), async (found) => {
        const offers = found.map((value) => {
          const commandId = `rank-${String(value)}`;
          return { kind: 'offer', deviceId: 'a', commandId, rank: value, delayMs: 0, dueInMs: null } as const;
        });
        await queue.place(offers);
        const { commandIds } = await queue.take('a', {
          limit: 10,
          holdMs: 1_000,
          dueInMs: 5_000,
          anew: false,
          attemptId: 'any',
        });
        const sorted = [...found].sort((one, other) => one - other).map((value) => `rank-${String(value)}`);
        expect(commandIds).toEqual(sorted);
        await admin.flushall();
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['below zero', -1],
    ['half', 0.5],
    ['beyond what a double tells apart', 2 ** 53],
    ['none at all', Number.NaN],
    ['without an end', Number.POSITIVE_INFINITY],
  ])('no rank passes that is %s, and nothing is written', async (_, wrong) => {
    const offer = {
      kind: 'offer',
      deviceId: 'a',
      commandId: 'a',
      rank: wrong,
      delayMs: 0,
      dueInMs: 1,
    } as const;
    await expect(queue.place([offer])).rejects.toThrow();
    // That an attempt took something is remembered for five minutes.
    expect((await admin.keys('*')).filter((key) => !key.includes(':served:'))).toEqual([]);
  });
});

describe('A Redis that ran full', () => {
  const deviceOf = (n: number): string => `device-${String(n % 10)}`;
  const placeOffer = (n: number) =>
    queue.place([
      {
        kind: 'offer',
        deviceId: deviceOf(n),
        commandId: `command-${String(n)}-${'x'.repeat(400)}`,
        rank: n,
        delayMs: 0,
        dueInMs: 600_000,
      },
    ]);

  it('hands out and forgets everything that it has, and takes new things in by itself afterwards', async () => {
    const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
    await admin.config('SET', 'maxmemory', String(used + 1_500_000));
    let accepted = 0;
    let refused: unknown = null;
    for (let n = 0; refused === null && n < 5_000; n += 50) {
      const batch = Array.from({ length: 50 }, (_, m) => placeOffer(n + m));
      const answers = await Promise.allSettled(batch);
      accepted += answers.filter(({ status }) => status === 'fulfilled').length;
      refused = answers.find((answer) => answer.status === 'rejected')?.reason ?? null;
    }
    expect(refused).toMatchObject(away);
    expect(accepted).toBeGreaterThan(100);
    // Smaller than what was refused: whatever is left over for it is used up too.
    for (let n = 0; n < 2_000; n += 1)
      if (
        await placeOffer(10_000 + n).then(
          () => false,
          () => true,
        )
      )
        break;

    const got = new Set<string>();
    for (let device = 0; device < 10; device += 1) {
      for (let turn = 0; ; turn += 1) {
        const attemptId = `attempt-${String(turn)}`;
        const taken = await queue.take(deviceOf(device), {
          limit: 10,
          holdMs: 600_000,
          dueInMs: 5_000,
          anew: false,
          attemptId,
        });
        if (taken.commandIds.length === 0) break;
        for (const commandId of taken.commandIds) got.add(commandId);
        await queue.place(
          taken.commandIds.map((commandId) => ({ kind: 'drop', deviceId: deviceOf(device), commandId })),
        );
      }
    }
    expect(got.size).toBeGreaterThanOrEqual(accepted);
    // That an attempt took something is remembered for five minutes.
    expect((await admin.keys('*')).filter((key) => !key.includes(':served:'))).toEqual([]);
    await eventually(() => placeOffer(1));
    await admin.config('SET', 'maxmemory', '0');
  }, 60_000);
});
