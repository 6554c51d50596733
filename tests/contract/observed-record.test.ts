import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { byTheGateway } from '../../src/domain/activity/activity-entry.js';
import { commandEntry } from '../../src/domain/command/command-entries.js';
import {
  ObservedCommandLedger,
  ObservedCommandProposals,
  ObservedUnitOfWork,
} from '../../src/infrastructure/telemetry/observed-record.js';
import type { RecordObserver } from '../../src/infrastructure/telemetry/record-observer.js';
import { describeCommandLedgerContract } from './command-ledger.contract.js';
import { describeCommandStoreContract } from './command-store.contract.js';
import { describeCommandProposalsContract } from './command-proposals.contract.js';
import { openPostgresRecord } from './postgres-record.js';
import { addCommand, addDevice, newCommand, proposed } from './record-seeds.js';
import type { RecordAdapters, RecordUnderTest } from './record-under-test.js';
import { describeUnitOfWorkContract } from './unit-of-work.contract.js';

const unheard = { recorded: () => undefined, written: () => undefined };

/** Whoever listens changes nothing. */
const observed = (adapters: RecordAdapters): RecordAdapters => ({
  ...adapters,
  ledger: new ObservedCommandLedger(adapters.ledger, unheard),
  proposals: new ObservedCommandProposals(adapters.proposals, unheard),
  unitOfWork: new ObservedUnitOfWork(adapters.unitOfWork, unheard),
});

async function open(): Promise<RecordUnderTest> {
  const record = await openPostgresRecord('direct');
  return { ...record, ...observed(record), peer: observed(record.peer) };
}

describeCommandLedgerContract('Postgres, observed', open);
describeCommandProposalsContract('Postgres, observed', open);
describeCommandStoreContract('Postgres, observed', open);
describeUnitOfWorkContract('Postgres, observed', open);

describe('whoever listens to the record', () => {
  let record: RecordUnderTest;
  const heard: string[] = [];
  const listener: RecordObserver = {
    recorded: (entries) => heard.push(...entries.map(({ kind }) => kind)),
    written: ({ stored, command, entries }) =>
      heard.push(`${stored?.state ?? 'nothing'} → ${command.state}, ${String(entries.length)}`),
  };
  let work: ObservedUnitOfWork;
  let ledger: ObservedCommandLedger;

  beforeAll(async () => {
    record = await openPostgresRecord('direct');
    work = new ObservedUnitOfWork(record.unitOfWork, listener);
    ledger = new ObservedCommandLedger(record.ledger, listener);
  });
  beforeEach(() => {
    heard.length = 0;
  });
  afterAll(() => record.close());

  it('hears of everything that one transaction did to each command', async () => {
    const device = await addDevice(record);
    const older = await addCommand(record, newCommand(device));
    const newer = newCommand(device);
    await work.run(async ({ commands, now, record: note }) => {
      const stored = await commands.lock(device.customerId, older.id);
      if (stored === null) throw new Error('it is not there');
      await commands.save({ ...stored, state: 'cancelled', finishedAt: now });
      note(commandEntry(stored, 'command.cancelled', byTheGateway));
      await commands.propose(newer, proposed(newer));
    });
    expect(heard).toEqual([
      'command.cancelled',
      'command.proposed',
      'queued → cancelled, 1',
      'nothing → queued, 1',
    ]);
  });

  it('hears nothing of what was taken back, or not written at all', async () => {
    const device = await addDevice(record);
    const command = await addCommand(record, newCommand(device));
    const failed = work.run(async ({ commands, record: note }) => {
      await commands.save({ ...command, priority: 3 });
      note(commandEntry(command, 'command.cancelled', byTheGateway));
      throw new Error('not now');
    });
    await expect(failed).rejects.toThrow('not now');
    await ledger.change(command.id, { deviceId: device.id }, () => ({ outcome: null }));
    expect(heard).toEqual([]);
  });
});
