import type { ActivityLog } from '../../src/application/ports/activity-log.js';
import type { ApiKeys } from '../../src/application/ports/api-keys.js';
import type { ApprovalPolicies } from '../../src/application/ports/approval-policies.js';
import type { BreakGlassReviews } from '../../src/application/ports/break-glass-reviews.js';
import type { CommandCensus } from '../../src/application/ports/command-census.js';
import type { CommandDeadlines } from '../../src/application/ports/command-deadlines.js';
import type { CommandLedger } from '../../src/application/ports/command-ledger.js';
import type { CommandProposals } from '../../src/application/ports/command-proposals.js';
import type { CommandRecords } from '../../src/application/ports/command-records.js';
import type { DeviceDirectory } from '../../src/application/ports/device-directory.js';
import type { DispatchEpochs } from '../../src/application/ports/dispatch-epochs.js';
import type { History } from '../../src/application/ports/history.js';
import type { IdempotencyRecords } from '../../src/application/ports/idempotency-records.js';
import type { MemberDirectory } from '../../src/application/ports/member-directory.js';
import type { SessionDirectory } from '../../src/application/ports/session-directory.js';
import type { MemberRoles } from '../../src/application/ports/member-roles.js';
import type { StandingGrants } from '../../src/application/ports/standing-grants.js';
import type { UnitOfWork } from '../../src/application/ports/unit-of-work.js';
import type { LoggedEntry } from './activity-chain.js';

/** The adapters of one gateway on one record. */
export interface RecordAdapters {
  readonly unitOfWork: UnitOfWork;
  readonly proposals: CommandProposals;
  readonly ledger: CommandLedger;
  readonly records: CommandRecords;
  readonly census: CommandCensus;
  readonly history: History;
  readonly log: ActivityLog;
  readonly deadlines: CommandDeadlines;
  readonly devices: DeviceDirectory;
  readonly members: MemberDirectory;
  readonly sessions: SessionDirectory;
  readonly apiKeys: ApiKeys;
  readonly policies: ApprovalPolicies;
  readonly roles: MemberRoles;
  readonly reviews: BreakGlassReviews;
  readonly standingGrants: StandingGrants;
  readonly epochs: DispatchEpochs;
  readonly idempotency: IdempotencyRecords;
}

/** An empty record of the suite's own, seen by two gateways. Devices hold at most `maxOpen` open commands. */
export interface RecordUnderTest extends RecordAdapters {
  readonly peer: RecordAdapters;
  readonly maxOpen: number;
  /** Moves the record's clock on. */
  advance(ms: number): Promise<void>;
  /** The whole log of a customer, first entry first. */
  activity(customerId: string): Promise<readonly LoggedEntry[]>;
  close(): Promise<void>;
}

export type OpenRecord = () => Promise<RecordUnderTest>;
