import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { ReconcileDispatch } from '../../src/application/dispatch/reconcile-dispatch.js';
import type { Command } from '../../src/domain/command/command.js';
import { InProcessWakeUps } from '../../src/infrastructure/in-process/in-process-wake-ups.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { RedisWakeUps } from '../../src/infrastructure/redis/redis-wake-ups.js';
import { UuidIds } from '../../src/infrastructure/signing/uuid-ids.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { addCommand, addDevice, newCommand } from '../contract/record-seeds.js';
import { startRedisSentinels } from '../contract/redis-sentinel.js';
import type { RedisSentinels } from '../contract/redis-sentinel.js';
import { eventually } from '../support/eventually.js';
import type { RedisServer } from '../support/redis-server.js';
import { startWorkload } from './redis-workload.js';

const away = { code: 'dependency_unavailable' };
const devices = ['device-a', 'device-b', 'device-c', 'device-d'];
const seconds = { withinMs: 15_000, everyMs: 50 };

describe('Redis behind sentinels, when it fails over', () => {
  let sentinels: RedisSentinels;
  let redis: RedisClient;
  let other: RedisClient;
  let record: PostgresRecord;
  let keys: RedisKeys;
  let queue: RedisDispatchQueue;
  let reconcile: ReconcileDispatch;
  let run = 0;

  beforeAll(async () => {
    sentinels = await startRedisSentinels();
    redis = await RedisClient.open(sentinels.config);
    other = await RedisClient.open(sentinels.config);
  }, 90_000);
  beforeEach(async () => {
    await sentinels.whole();
    record = await openPostgresRecord('direct');
    // A busy machine may be late with its first connection.
    await eventually(() => addDevice(record), seconds);
    keys = new RedisKeys(`run-${String((run += 1))}`);
    queue = new RedisDispatchQueue(redis, keys);
    const wakeUps = new InProcessWakeUps();
    reconcile = new ReconcileDispatch(record.deadlines, record.epochs, queue, wakeUps, new UuidIds());
    await eventually(() => queue.inEpoch('none').then(() => true), seconds);
  }, 90_000);
  afterEach(() => record.close());
  afterAll(async () => {
    redis.close();
    other.close();
    await sentinels.remove();
  });

  async function added(count: number): Promise<readonly Command[]> {
    const commands: Command[] = [];
    for (let n = 0; n < count; n += 1) {
      commands.push(await addCommand(record, newCommand(await addDevice(record))));
    }
    return commands;
  }
  /** Of these, the ones that a device would get. */
  async function obtainable(commands: readonly Command[]): Promise<readonly Command[]> {
    const depths = await Promise.all(commands.map(({ deviceId }) => queue.depth(deviceId)));
    return commands.filter((_, n) => depths[n]?.waiting === 1);
  }
  const isInItsEpoch = async (): Promise<boolean> => queue.inEpoch((await record.epochs.current()) ?? '');

  /** What the primary does from now on is its own secret, and it does not live long. */
  async function loseTail(tail: () => Promise<unknown>): Promise<void> {
    const { primary, replica } = await sentinels.members();
    // A password that nobody asks for keeps the replica from following again; being cut off, it notices.
    await commandTo(replica, ['CONFIG', 'SET', 'masterauth', 'nobody asks for it']);
    await commandTo(primary, ['CLIENT', 'KILL', 'TYPE', 'replica']);
    await tail();
    await primary.kill();
    await sentinels.replaced(primary);
    await commandTo(replica, ['CONFIG', 'SET', 'masterauth', '']);
    await primary.start();
  }

  it.each([
    ['in good order', () => sentinels.failOver()],
    [
      'because the primary was killed',
      async () => {
        const { primary } = await sentinels.members();
        await primary.kill();
        await sentinels.replaced(primary);
        await primary.start();
      },
    ],
    [
      'because the primary froze, and comes back when it is none any more',
      async () => {
        const { primary } = await sentinels.members();
        primary.pause();
        await sentinels.replaced(primary);
        primary.resume();
      },
    ],
  ])(
    'asks callers to come again, and serves them within seconds without a restart: %s',
    async (_, failOver) => {
      const workload = startWorkload(queue, devices);
      await eventually(() => workload.answered() > 50, seconds);
      await failOver();
      workload.answered();
      await eventually(() => workload.answered() > 50, seconds);
      const report = await workload.end();
      expect(report.surprises).toEqual([]);
      expect(report.offered.length).toBeGreaterThan(devices.length);

      // Whatever the new primary knows or does not: afterwards the record's commands are all there.
      const commands = await added(3);
      await eventually(async () => (await reconcile.execute()).rebuilt === 0 && isInItsEpoch(), seconds);
      await eventually(async () => expect(await obtainable(commands)).toEqual(commands), seconds);
    },
    90_000,
  );

  it('notices that the epoch went with the lost tail, and fills the store anew', async () => {
    const commands = await added(3);
    // The failover before this one may still be settling.
    await eventually(() => reconcile.execute(), seconds);
    await replicated();
    await loseTail(async () => {
      await queue.beginRebuild('mark');
      await queue.beginEpoch('of the tail', 'mark');
      await record.epochs.begin('of the tail');
    });
    await eventually(() => queue.inEpoch('none').then(() => true), seconds);
    expect(await isInItsEpoch()).toBe(false);
    expect(await reconcile.execute()).toEqual({ repaired: 0, rebuilt: 3 });
    expect(await isInItsEpoch()).toBe(true);
    expect(await obtainable(commands)).toEqual(commands);
  }, 90_000);

  it('places again what was lost with the last seconds, at the next placing of everything', async () => {
    await reconcile.execute();
    await replicated();
    const commands = await added(3);
    await loseTail(async () => {
      const offers = commands.map(({ deviceId, id, rank }) => {
        return { kind: 'offer', deviceId, commandId: id, rank, delayMs: 0, dueInMs: null } as const;
      });
      await queue.place(offers);
      expect(await obtainable(commands)).toEqual(commands);
      await record.deadlines.markDispatched(commands);
    });
    await eventually(() => queue.inEpoch('none').then(() => true), seconds);
    expect(await obtainable(commands)).toEqual([]);
    await reconcile.placeNext();
    expect(await obtainable(commands)).toEqual(commands);
  }, 90_000);

  it('hears wake-ups through the new primary', async () => {
    const here = new RedisWakeUps(redis, keys, new InProcessWakeUps());
    const there = new RedisWakeUps(other, keys, new InProcessWakeUps());
    const isHeard = async (): Promise<boolean> => {
      const seat = await here.take('device-a');
      await there.wake('device-a');
      const how = await seat.wait(100, new AbortController().signal);
      seat.leave();
      return how === 'woken';
    };
    await eventually(isHeard, seconds);
    await sentinels.failOver();
    await eventually(isHeard, seconds);
  }, 90_000);

  it('takes nothing in while a replica is missing that must confirm, and everything afterwards', async () => {
    const { primary, replica } = await sentinels.members();
    await commandTo(primary, ['CONFIG', 'SET', 'min-replicas-to-write', '1']);
    await commandTo(primary, ['CONFIG', 'SET', 'min-replicas-max-lag', '1']);
    const offer = { kind: 'offer', deviceId: 'device-a', commandId: 'a', rank: 1 } as const;
    const asked = { limit: 1, holdMs: 60_000, dueInMs: 5_000, anew: false };
    const place = () => queue.place([{ ...offer, delayMs: 0, dueInMs: null }]);
    try {
      await eventually(place, seconds);
      replica.pause();
      await eventually(() => expect(place()).rejects.toMatchObject(away), seconds);
      const take = queue.take('device-a', { ...asked, attemptId: 'one' });
      await expect(take).rejects.toMatchObject(away);
    } finally {
      replica.resume();
    }
    await eventually(place, seconds);
    expect((await queue.take('device-a', { ...asked, attemptId: 'two' })).commandIds).toEqual(['a']);
    await commandTo(primary, ['CONFIG', 'SET', 'min-replicas-to-write', '0']);
  }, 90_000);

  /** Resolves when the replica knows what the primary knows now. */
  async function replicated(): Promise<void> {
    const { primary, replica } = await sentinels.members();
    const offsetOf = async (server: RedisServer) =>
      Number(
        /(?:master|slave)_repl_offset:(\d+)/.exec(
          String(await commandTo(server, ['INFO', 'replication'])),
        )?.[1],
      );
    const now = await offsetOf(primary);
    await eventually(async () => (await offsetOf(replica)) >= now, seconds);
  }
});

async function commandTo({ port }: RedisServer, [name = '', ...args]: readonly string[]): Promise<unknown> {
  const admin = new Redis({ port, host: '127.0.0.1' });
  try {
    return await admin.call(name, ...args);
  } finally {
    admin.disconnect();
  }
}
