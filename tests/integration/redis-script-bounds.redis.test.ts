import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { crc16 } from '../../src/infrastructure/redis/crc16.js';
import { scriptNames } from '../../src/infrastructure/redis/lua-scripts.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';
import { dumpStore, fillStore, scriptCases } from './redis-script-cases.js';
import { touchedBy, watchCommands } from './redis-touched.js';
import type { CommandWatch, Touched } from './redis-touched.js';

const folder = new URL('../../src/infrastructure/redis/scripts/', import.meta.url);
const calls = scriptNames.flatMap((name) =>
  scriptCases[name].map((call, n) => ({ what: `${name} (${String(n + 1)})`, name, call })),
);

describe('The Lua scripts', () => {
  let server: RedisServer;
  let admin: Redis;
  let redis: RedisClient;
  let watch: CommandWatch;

  beforeAll(async () => {
    server = await startRedisServer();
    admin = new Redis(server.url);
    redis = await RedisClient.open({ url: server.url });
    watch = await watchCommands(server.url);
  });
  afterAll(async () => {
    watch.end();
    redis.close();
    admin.disconnect();
    await server.remove();
  });

  describe('touch no more than they state', () => {
    const seen = new Map<string, readonly Touched[]>();

    beforeAll(async () => {
      // From the second size on every bound is reached, so that only what has none grows on.
      for (const size of [10, 2_000, 100_000]) {
        await admin.flushall();
        await fillStore(admin, size);
        for (const { what, name, call } of calls) {
          const touched = await touchedBy(watch, admin, call.keys, () =>
            redis.run(name, call.keys, call.args),
          );
          seen.set(what, [...(seen.get(what) ?? []), touched]);
        }
      }
    }, 120_000);

    it.each(calls)('$what', ({ what, name, call }) => {
      const header = readFileSync(new URL(`${name}.lua`, folder), 'utf8').replaceAll('\n-- ', ' ');
      expect(header.slice(header.indexOf('Touches'))).toContain(call.stated);
      const all = seen.get(what) ?? [];
      expect(all).toHaveLength(3);
      for (const touched of all) {
        expect(touched.otherKeys).toEqual([]);
        expect(touched.keys).toBeLessThanOrEqual(call.keys.length);
        expect(touched.elements).toBeLessThanOrEqual(call.mostElements);
        expect(touched.commands).toBeGreaterThan(0);
        expect(touched.commands).toBeLessThanOrEqual(call.mostCommands);
        expect(touched.clocks).toBeLessThanOrEqual(1);
      }
      const [, large, huge] = all;
      expect(huge).toEqual(large);
    });
  });

  describe('change nothing when an argument is wrong', () => {
    const notWhole = ['-1', '1.5', '1e3', 'x', ' 1', '1 ', '0x10', 'nan', 'inf', '9007199254740992'];
    const wrong = calls.flatMap(({ what, name, call: { keys, args, numbers } }) =>
      numbers.flatMap((at) => notWhole.map((value) => ({ what, name, keys, args: args.with(at, value) }))),
    );

    beforeAll(async () => {
      await admin.flushall();
      await fillStore(admin, 10);
    });

    it.each(scriptNames)('%s', async (script) => {
      const before = await dumpStore(admin);
      for (const { name, what, keys, args } of wrong.filter(({ name: of }) => of === script)) {
        const answer = await redis.run(name, keys, args).catch((error: unknown) => error);
        const told = `${what} ${JSON.stringify(args)}`;
        expect([told, answer instanceof Error]).toEqual([told, true]);
        expect([told, await dumpStore(admin)]).toEqual([told, before]);
      }
    });
  });
});

/** The hash tag is what stands between the first brace and the next, when that is anything. */
const slotOf = (key: string): number => crc16(/\{(.+?)\}/.exec(key)?.[1] ?? key) % 16_384;

describe('The keys of one script', () => {
  it.each(calls)('lie in one slot: $what', ({ call }) => {
    expect(new Set(call.keys.map(slotOf)).size).toBe(1);
  });

  it('lie in one slot whatever the device and the attempt are called', () => {
    const keys = new RedisKeys('fg');
    const called = fc.oneof(fc.uuid(), fc.string(), fc.constantFrom('{', '}', '{}', '{a}', '}{', 'x{s01}'));
    fc.assert(
      fc.property(called, called, (device, attempt) => {
        const shard = keys.shardOf(device);
        const all = [
          ...Object.values<string>({ ...keys.queue(device) }),
          ...[keys.served(device, attempt), keys.deviceTokens(device)],
          ...[keys.latestBeat(device), keys.beats(device), keys.connection(device)],
          ...[keys.epoch(shard), keys.rebuilds(shard), keys.wakeChannel(shard), keys.liveChannel(shard)],
        ];
        expect(new Set(all.map(slotOf)).size).toBe(1);
      }),
    );
  });
});
