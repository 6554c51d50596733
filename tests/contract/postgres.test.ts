import { PostgresClock } from '../../src/infrastructure/postgres/postgres-clock.js';
import { describeApprovalPoliciesContract } from './approval-policies.contract.js';
import { describeBreakGlassReviewsContract } from './break-glass-reviews.contract.js';
import { describeClockContract } from './clock.contract.js';
import { describeCommandCensusContract } from './command-census.contract.js';
import { describeCommandDeadlinesContract } from './command-deadlines.contract.js';
import { describeCommandLedgerContract } from './command-ledger.contract.js';
import { describeCommandProposalsContract } from './command-proposals.contract.js';
import { describeCommandRecordsContract } from './command-records.contract.js';
import { describeCommandStoreContract } from './command-store.contract.js';
import { describeDeviceCredentialsContract } from './device-credentials.contract.js';
import { describeDeviceDirectoryContract } from './device-directory.contract.js';
import { describeDeviceRepositoryContract } from './device-repository.contract.js';
import { describeDispatchEpochsContract } from './dispatch-epochs.contract.js';
import { describeHistoryContract } from './history.contract.js';
import { describeIdempotencyRecordsContract } from './idempotency-records.contract.js';
import { describeMemberDirectoryContract } from './member-directory.contract.js';
import { describeMemberRolesContract } from './member-roles.contract.js';
import { openPostgresRecord } from './postgres-record.js';
import { describeStandingGrantsContract } from './standing-grants.contract.js';
import { describeUnitOfWorkContract } from './unit-of-work.contract.js';

for (const way of ['direct', 'pooled'] as const) {
  const name = way === 'direct' ? 'Postgres' : 'Postgres through a transaction-mode pooler';
  const open = () => openPostgresRecord(way);
  describeCommandProposalsContract(name, open);
  describeCommandLedgerContract(name, open);
  describeCommandRecordsContract(name, open);
  describeCommandDeadlinesContract(name, open);
  describeCommandCensusContract(name, open);
  describeHistoryContract(name, open);
  describeCommandStoreContract(name, open);
  describeUnitOfWorkContract(name, open);
  describeDeviceRepositoryContract(name, open);
  describeDeviceCredentialsContract(name, open);
  describeDeviceDirectoryContract(name, open);
  describeMemberDirectoryContract(name, open);
  describeApprovalPoliciesContract(name, open);
  describeMemberRolesContract(name, open);
  describeBreakGlassReviewsContract(name, open);
  describeStandingGrantsContract(name, open);
  describeDispatchEpochsContract(name, open);
  describeIdempotencyRecordsContract(name, open);
  describeClockContract(name, async () => {
    const record = await open();
    const clock = new PostgresClock(record.pool);
    return { record, clock, sync: () => clock.sync() };
  });
}
