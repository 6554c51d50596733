import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreFollower } from '../../src/application/dispatch/store-follower.js';
import { SweepDueCommands } from '../../src/application/dispatch/sweep-due-commands.js';
import { InProcessDispatchQueue } from '../../src/infrastructure/in-process/in-process-dispatch-queue.js';
import { InProcessWakeUps } from '../../src/infrastructure/in-process/in-process-wake-ups.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { addCommand, addDevice, find, newCommand } from '../contract/record-seeds.js';
import { clockOf } from '../support/clock-of.js';

describe('Following the record', () => {
  let record: PostgresRecord;

  beforeEach(async () => {
    record = await openPostgresRecord('direct');
  });
  afterEach(() => record.close());

  it('keeps in sight of the sweeper what is over and not written down yet', async () => {
    const queue = new InProcessDispatchQueue(clockOf(() => new Date()));
    const follower = new StoreFollower(queue, new InProcessWakeUps(), record.deadlines);
    const device = await addDevice(record);
    const command = await addCommand(
      record,
      newCommand(device, { lane: 'one', expiresAt: new Date(Date.now() + 60_000) }),
    );
    await follower.follow([command], command.createdAt);
    await record.advance(120_000);
    await follower.followDevice(device.id);

    const sweep = new SweepDueCommands(queue, record.deadlines, record.ledger, follower);
    expect(await sweep.execute()).toBe(1);
    expect(await find(record, command)).toMatchObject({ state: 'expired' });
  });
});
