import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { PostgresCommandLedger } from '../../src/infrastructure/postgres/postgres-command-ledger.js';
import { PostgresCommandProposals } from '../../src/infrastructure/postgres/postgres-command-proposals.js';
import { PostgresCommandRecords } from '../../src/infrastructure/postgres/postgres-command-records.js';
import { PostgresPool } from '../../src/infrastructure/postgres/postgres-pool.js';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work.js';
import type { Device } from '../../src/domain/device/device.js';
import { firstBroken } from '../contract/activity-chain.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { addCommand, addDevice, claimIt, newCommand, proposed } from '../contract/record-seeds.js';
import { eventually } from '../support/eventually.js';
import { startPostgresProxy } from './postgres-proxy.js';
import type { PostgresProxy } from './postgres-proxy.js';

const unavailable = { code: 'dependency_unavailable', retryAfterMs: 1_000 };

async function within(ms: number, refused: Promise<unknown>): Promise<void> {
  const asked = performance.now();
  await expect(refused).rejects.toMatchObject(unavailable);
  expect(performance.now() - asked).toBeLessThan(ms);
}

describe('a Postgres that goes away', () => {
  let record: PostgresRecord;
  let proxy: PostgresProxy;
  let pool: PostgresPool;
  let lost: Error[];
  let device: Device;

  beforeEach(async () => {
    record = await openPostgresRecord('direct');
    proxy = await startPostgresProxy(record.url);
    lost = [];
    pool = new PostgresPool({
      url: proxy.url,
      maxConnections: 4,
      onLostConnection: (error) => lost.push(error),
    });
    device = await addDevice(record);
  });
  afterEach(async () => {
    proxy.thaw();
    await Promise.all([pool.close(), proxy.shut()]);
    await record.close();
  });

  const gateway = () => ({
    proposals: new PostgresCommandProposals(pool),
    ledger: new PostgresCommandLedger(pool),
    records: new PostgresCommandRecords(pool),
    unitOfWork: new PostgresUnitOfWork(pool),
  });

  it('is reached also where a connection takes longer to come up than anybody waits for it', async () => {
    const { records } = gateway();
    proxy.letInEach(2_000);
    const look = () => records.backlog(device.id);
    await within(1_700, look());
    expect(await eventually(look, { withinMs: 10_000 })).toEqual({ depth: 0, oldestAgeMs: null });
    proxy.letInEach(0);
  });

  it('comes back where the server lets connections in more slowly than they are given up', async () => {
    proxy.letInEach(3_500);
    const { records } = gateway();
    const askers = Array.from({ length: 8 }, () =>
      eventually(() => records.backlog(device.id), { withinMs: 100_000 }),
    );
    await Promise.all(askers);
    proxy.letInEach(0);
  }, 120_000);

  it('lends a connection that comes free while another one is still on its way', async () => {
    const held = Promise.withResolvers<undefined>();
    const entered = Promise.withResolvers<undefined>();
    const holder = gateway().unitOfWork.run(async () => {
      entered.resolve(undefined);
      await held.promise;
    });
    await entered.promise;
    proxy.letInEach(2_000);
    const asked = gateway().records.backlog(device.id);
    held.resolve(undefined);
    await holder;
    expect(await asked).toEqual({ depth: 0, oldestAgeMs: null });
    proxy.letInEach(0);
  });

  const askEverything = async () => {
    const command = await addCommand(record, newCommand(device));
    const { proposals, ledger, records, unitOfWork } = gateway();
    const next = newCommand(device);
    return () => [
      proposals.propose(next, proposed(next)),
      claimIt(ledger, command),
      records.find(device.customerId, command.id),
      unitOfWork.run(({ devices }) => devices.lock(device.id)),
    ];
  };

  it('answers within two seconds when nothing gets through, and works again afterwards', async () => {
    const ask = await askEverything();
    await gateway().records.backlog(device.id);
    proxy.freeze();
    await Promise.all(ask().map((asked) => within(2_000, asked)));
    // The ones that wait behind those are not left waiting longer.
    await Promise.all(ask().map((asked) => within(2_000, asked)));
    proxy.thaw();
    await eventually(async () => {
      await Promise.all(ask());
    });
  });

  it('answers within two seconds when the connection is refused, and works again afterwards', async () => {
    const ask = await askEverything();
    await proxy.shut();
    await Promise.all(ask().map((asked) => within(1_500, asked)));
    await proxy.open();
    await Promise.all(ask());
  });

  it('calls the outcome unknown when the answer is lost, and says what it was when asked again', async () => {
    const { proposals } = gateway();
    const command = newCommand(device);
    await gateway().records.backlog(device.id);
    proxy.loseAnswers();
    await within(2_000, proposals.propose(command, proposed(command)));
    proxy.thaw();
    const outcome = await eventually(() => proposals.propose(command, proposed(command)));
    expect(outcome).toMatchObject({ kind: 'repeated', command: { id: command.id } });
    expect(await record.activity(device.customerId)).toHaveLength(1);
  });

  it('survives that idle connections are ended, and says so', async () => {
    await gateway().records.backlog(device.id);
    await record.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'fieldgate'`,
    );
    await eventually(() => lost.length > 0);
    expect(await gateway().records.backlog(device.id)).toEqual({ depth: 0, oldestAgeMs: null });
  });

  it('keeps every promise while its connections are killed again and again', async () => {
    const devices = await Promise.all(Array.from({ length: 5 }, () => addDevice(record)));
    const { proposals } = gateway();
    let going = true;
    const promised: string[] = [];
    const killer = (async () => {
      for (let round = 0; round < 10; round += 1) {
        const before = promised.length;
        await eventually(() => promised.length > before);
        await record.owner.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and application_name = 'fieldgate' and state <> 'idle'`,
        );
      }
      going = false;
    })();
    const propose = async (to: Device) => {
      while (going) {
        const command = newCommand(to);
        const outcome = await proposals.propose(command, proposed(command)).catch((error: unknown) => {
          expect(error).toMatchObject(unavailable);
        });
        if (outcome?.kind === 'accepted') promised.push(command.id);
      }
    };
    await Promise.all([killer, ...devices.map(propose)]);
    const { rows } = await record.owner.query<{ id: string }>('select id from fieldgate.commands');
    const recorded = new Set(rows.map(({ id }) => id));
    expect(promised.filter((id) => !recorded.has(id))).toEqual([]);
    for (const { id, customerId } of devices) {
      const log = await record.activity(customerId);
      expect(log).toHaveLength((await record.records.backlog(id)).depth);
      expect(firstBroken(log)).toBeNull();
    }
  });

  it('answers within two seconds when all connections are taken', async () => {
    const small = new PostgresPool({ url: record.url, maxConnections: 1 });
    const held = Promise.withResolvers<undefined>();
    const entered = Promise.withResolvers<undefined>();
    const holder = new PostgresUnitOfWork(small).run(async () => {
      entered.resolve(undefined);
      await held.promise;
    });
    await entered.promise;
    await within(2_000, new PostgresCommandRecords(small).backlog(device.id));
    held.resolve(undefined);
    await holder;
    expect((await new PostgresCommandRecords(small).backlog(device.id)).depth).toBe(0);
    await small.close();
  });
});
