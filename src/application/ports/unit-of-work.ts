import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { ApiKeys } from './api-keys.js';
import type { ApprovalPolicies } from './approval-policies.js';
import type { BreakGlassReviews } from './break-glass-reviews.js';
import type { CommandStore } from './command-store.js';
import type { DeviceCredentials } from './device-credentials.js';
import type { DeviceRepository } from './device-repository.js';
import type { MemberDirectory } from './member-directory.js';
import type { SessionRepository } from './session-repository.js';
import type { MemberRoles } from './member-roles.js';
import type { StandingGrants } from './standing-grants.js';

/** What can be changed together. It is good only inside the `run` that hands it out. */
export interface Transaction {
  /** The time of the transaction, by the database's clock. */
  readonly now: Date;
  readonly devices: DeviceRepository;
  readonly credentials: DeviceCredentials;
  readonly sessions: SessionRepository;
  readonly commands: CommandStore;
  readonly members: MemberDirectory;
  readonly apiKeys: ApiKeys;
  readonly policies: ApprovalPolicies;
  readonly roles: MemberRoles;
  readonly standingGrants: StandingGrants;
  readonly reviews: BreakGlassReviews;
  /** Adds an entry to the customer's log. Entries are written last, in this order, and commit with the rest. */
  readonly record: (entry: NewEntry) => void;
  /**
   * The same for what can be provoked at will, unless the log has such an entry from the last `withinMs`: same kind,
   * actor, subject and `data.code`. False when it has. Only one that is among the latest about its subject counts,
   * and two at the same time may both be added, unless the caller holds a lock that keeps them apart.
   */
  readonly recordSeldom: (entry: NewEntry, withinMs: number) => Promise<boolean>;
}

export interface UnitOfWork {
  /**
   * Runs `work` in one transaction: all of it is committed when the promise resolves, none when it rejects.
   * Locks are taken in the order customers, devices, approval policy, members, sessions, commands, log; only standing
   * grants, and who voted on something before, are locked after the command, since it is that which tells. `work` may
   * be run again after a deadlock, so it has no effects of its own. Rejects with `dependency_unavailable` when the
   * outcome is unknown or nothing was done.
   */
  run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}
