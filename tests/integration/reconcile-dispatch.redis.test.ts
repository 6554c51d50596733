import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { ReconcileDispatch } from '../../src/application/dispatch/reconcile-dispatch.js';
import type { DispatchQueue } from '../../src/application/ports/dispatch-queue.js';
import type { WakeUps } from '../../src/application/ports/wake-ups.js';
import type { Command } from '../../src/domain/command/command.js';
import { InProcessDispatchQueue } from '../../src/infrastructure/in-process/in-process-dispatch-queue.js';
import { InProcessWakeUps } from '../../src/infrastructure/in-process/in-process-wake-ups.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { UuidIds } from '../../src/infrastructure/signing/uuid-ids.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import type { RecordAdapters } from '../contract/record-under-test.js';
import { addCommand, addDevice, claimIt, newCommand } from '../contract/record-seeds.js';
import { eventually } from '../support/eventually.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';
import { clockOf } from '../support/clock-of.js';

const keys = new RedisKeys('fg');

/** Postgres has them by now, the store is being filled: `then` happens once, when the first placement is done. */
function wakeUpsThat(then: () => Promise<unknown>): WakeUps {
  const wakeUps = new InProcessWakeUps();
  let once: Promise<unknown> | undefined;
  return {
    wake: async (deviceId) => {
      await (once ??= then());
      await wakeUps.wake(deviceId);
    },
    take: (deviceId) => wakeUps.take(deviceId),
  };
}

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('Reconciling the dispatch store', () => {
  let server: RedisServer;
  let admin: Redis;
  let clients: readonly [RedisClient, RedisClient];
  let queue: DispatchQueue;
  let otherQueue: DispatchQueue;
  let record: PostgresRecord;

  beforeAll(async () => {
    server = await startRedisServer();
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
    clients = [await RedisClient.open({ url: server.url }), await RedisClient.open({ url: server.url })];
    queue = new RedisDispatchQueue(clients[0], keys);
    otherQueue = new RedisDispatchQueue(clients[1], keys);
  });
  beforeEach(async () => {
    await admin.flushall();
    record = await openPostgresRecord('direct');
  });
  afterEach(() => record.close());
  afterAll(async () => {
    for (const client of clients) client.close();
    admin.disconnect();
    await server.remove();
  });

  const reconciler = (
    adapters: RecordAdapters,
    on: DispatchQueue,
    wakeUps: WakeUps = new InProcessWakeUps(),
  ): ReconcileDispatch =>
    new ReconcileDispatch(adapters.deadlines, adapters.epochs, on, wakeUps, new UuidIds());

  async function offered(count: number): Promise<readonly Command[]> {
    const commands: Command[] = [];
    for (let n = 0; n < count; n += 1) {
      commands.push(await addCommand(record, newCommand(await addDevice(record))));
    }
    return commands;
  }

  const nothingDone = { repaired: 0, rebuilt: 0 };
  const waiting = async (commands: readonly Command[]): Promise<number> => {
    const depths = await Promise.all(commands.map(({ deviceId }) => queue.depth(deviceId)));
    return depths.reduce((sum, depth) => sum + depth.waiting, 0);
  };
  const isInItsEpoch = async (on: DispatchQueue = queue): Promise<boolean> => {
    const epoch = await record.epochs.current();
    return epoch !== null && (await on.inEpoch(epoch));
  };

  it('places what is open a little at a time, and begins anew after the last', async () => {
    const devices = await Promise.all(Array.from({ length: 51 }, () => addDevice(record)));
    const commands = devices.flatMap((device) => Array.from({ length: 10 }, () => newCommand(device)));
    await Promise.all(commands.slice(0, 501).map((command) => addCommand(record, command)));
    const reconcile = reconciler(record, queue);
    const depths: number[] = [];
    for (const isLast of [false, true, false, true]) {
      expect(await reconcile.placeNext()).toBe(isLast);
      const placed = await Promise.all(devices.map(({ id }) => queue.depth(id)));
      depths.push(placed.reduce((sum, { waiting: there }) => sum + there, 0));
      if (isLast) await admin.flushall();
    }
    expect(depths).toEqual([500, 501, 500, 501]);
  });

  it('begins with the first again when the store was away, in the middle of a turn too', async () => {
    const devices = await Promise.all(Array.from({ length: 51 }, () => addDevice(record)));
    const commands = devices.flatMap((device) => Array.from({ length: 10 }, () => newCommand(device)));
    await Promise.all(commands.slice(0, 501).map((command) => addCommand(record, command)));
    let isLost = false;
    const reconcile = reconciler(
      record,
      queue,
      wakeUpsThat(async () => {
        isLost = true;
        await admin.flushall();
        reconcile.placeAnew();
      }),
    );
    expect(await reconcile.placeNext()).toBe(false);
    expect(isLost).toBe(true);
    expect(await reconcile.placeNext()).toBe(false);
    expect(await reconcile.placeNext()).toBe(true);
    const placed = await Promise.all(devices.map(({ id }) => queue.depth(id)));
    expect(placed.reduce((sum, { waiting: there }) => sum + there, 0)).toBe(501);
  });

  it('fills a new store once, under an epoch that both stores know', async () => {
    const commands = await offered(3);
    const [first, ...others] = commands;
    if (first !== undefined) await claimIt(record.ledger, first, 'claimer');
    const reconcile = reconciler(record, queue);
    expect(await reconcile.execute()).toEqual({ repaired: 0, rebuilt: 3 });
    expect(await isInItsEpoch()).toBe(true);
    expect(await waiting(others)).toBe(2);
    const taken = await queue.take(first?.deviceId ?? '', {
      limit: 1,
      anew: false,
      dueInMs: 1_000,
      holdMs: 1_000,
      attemptId: 'claimer',
    });
    expect(taken).toMatchObject({ commandIds: [first?.id], complete: true });
    expect(await reconcile.execute()).toEqual(nothingDone);
  });

  it('begins another epoch with every rebuild', async () => {
    const reconcile = reconciler(record, queue);
    await reconcile.execute();
    const before = await record.epochs.current();
    await admin.flushall();
    await reconcile.execute();
    expect(await record.epochs.current()).not.toBe(before);
    expect(await isInItsEpoch()).toBe(true);
  });

  it('notices at the next turn that the store was wiped once more while it was filled', async () => {
    const commands = await offered(3);
    const reconcile = reconciler(
      record,
      queue,
      wakeUpsThat(() => admin.flushall()),
    );
    await reconcile.execute();
    expect(await waiting(commands)).toBe(0);
    expect(await isInItsEpoch()).toBe(false);
    expect(await record.epochs.current()).toBeNull();

    expect(await reconcile.execute()).toEqual({ repaired: 0, rebuilt: 3 });
    expect(await waiting(commands)).toBe(3);
    expect(await isInItsEpoch()).toBe(true);
  });

  it('notices a snapshot from before the last rebuild', async () => {
    const commands = [...(await offered(1))];
    const reconcile = reconciler(record, queue);
    await reconcile.execute();
    const epochThen = await record.epochs.current();
    await admin.save();

    await admin.flushall();
    commands.push(...(await offered(1)));
    await reconcile.execute();
    await record.deadlines.markDispatched(commands);

    await server.kill();
    await server.start();
    await eventually(() => clients[0].ping(), { withinMs: 10_000 });
    await eventually(() => admin.ping(), { withinMs: 10_000 });
    expect(await queue.inEpoch(epochThen ?? '')).toBe(true);
    expect(await waiting(commands)).toBe(1);

    expect(await reconcile.execute()).toEqual({ repaired: 0, rebuilt: 2 });
    expect(await waiting(commands)).toBe(2);
    expect(await isInItsEpoch()).toBe(true);
    // The next start is an empty one again.
    await admin.flushall();
    await admin.save();
    await eventually(() => clients[1].ping(), { withinMs: 10_000 });
  });

  it.each([
    ['in the order in which they began', true],
    ['in the other order', false],
  ])('lets two gateways fill the store at once that end %s', async (_, inOrder) => {
    const commands = await offered(3);
    const [first, second] = [gate(), gate()];
    const began = [gate(), gate()] as const;
    const halted = ({ opened }: { opened: Promise<void> }, reached: { open: () => void }) =>
      wakeUpsThat(() => {
        reached.open();
        return opened;
      });
    const here = reconciler(record, queue, halted(first, began[0]));
    const there = reconciler(record.peer, otherQueue, halted(second, began[1]));
    const runs = [here.execute()];
    await began[0].opened;
    runs.push(there.execute());
    await began[1].opened;
    for (const n of inOrder ? [0, 1] : [1, 0]) {
      [first, second][n]?.open();
      await runs[n];
      expect(await isInItsEpoch()).toBe(true);
    }
    expect(await waiting(commands)).toBe(3);
    expect([await here.execute(), await there.execute()]).toEqual([nothingDone, nothingDone]);
  });

  it('agrees within two turns, however many gateways find the store empty at once', async () => {
    await offered(3);
    const gateways = Array.from({ length: 6 }, (_, n) =>
      n % 2 === 0 ? reconciler(record, queue) : reconciler(record.peer, otherQueue),
    );
    const turn = () => Promise.all(gateways.map((gateway) => gateway.execute()));
    await turn();
    await turn();
    expect(await isInItsEpoch(otherQueue)).toBe(true);
    expect(await turn()).toEqual(gateways.map(() => nothingDone));
  });

  it('begins anew after a gateway that died between the two stores', async () => {
    const commands = await offered(1);
    await queue.beginRebuild('dies');
    await queue.beginEpoch('known to nobody', 'dies');
    expect(await reconciler(record, queue).execute()).toEqual({ repaired: 0, rebuilt: 1 });
    expect(await waiting(commands)).toBe(1);
    expect(await isInItsEpoch()).toBe(true);
  });

  it('fills the memory of a gateway at each of its starts', async () => {
    const commands = await offered(2);
    const clock = clockOf(() => new Date());
    for (let start = 1; start <= 2; start += 1) {
      const memory = new InProcessDispatchQueue(clock);
      const reconcile = reconciler(record, memory);
      expect(await reconcile.execute()).toEqual({ repaired: 0, rebuilt: 2 });
      expect(await isInItsEpoch(memory)).toBe(true);
      expect(await reconcile.execute()).toEqual(nothingDone);
      const [{ deviceId } = { deviceId: '' }] = commands;
      const taken = await memory.take(deviceId, {
        limit: 1,
        anew: false,
        dueInMs: 5_000,
        holdMs: 1_000,
        attemptId: 'any',
      });
      expect(taken).toMatchObject({ commandIds: [commands[0]?.id], complete: true });
    }
  });
});
