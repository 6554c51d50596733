import {
  MeasuredCommandLedger,
  MeasuredCommandProposals,
  MeasuredUnitOfWork,
} from '../../src/infrastructure/telemetry/measured-record.js';
import { describeCommandLedgerContract } from './command-ledger.contract.js';
import { describeCommandProposalsContract } from './command-proposals.contract.js';
import { openPostgresRecord } from './postgres-record.js';
import type { RecordAdapters, RecordUnderTest } from './record-under-test.js';
import { describeUnitOfWorkContract } from './unit-of-work.contract.js';

const unheard = { recorded: () => undefined, claimed: () => undefined };

/** Whoever measures changes nothing. */
const measured = (adapters: RecordAdapters): RecordAdapters => ({
  ...adapters,
  ledger: new MeasuredCommandLedger(adapters.ledger, unheard),
  proposals: new MeasuredCommandProposals(adapters.proposals, unheard),
  unitOfWork: new MeasuredUnitOfWork(adapters.unitOfWork, unheard),
});

async function open(): Promise<RecordUnderTest> {
  const record = await openPostgresRecord('direct');
  return { ...record, ...measured(record), peer: measured(record.peer) };
}

describeCommandLedgerContract('Postgres, measured', open);
describeCommandProposalsContract('Postgres, measured', open);
describeUnitOfWorkContract('Postgres, measured', open);
