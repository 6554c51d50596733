import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { ApprovalPolicies } from './approval-policies.js';
import type { BreakGlassReviews } from './break-glass-reviews.js';
import type { CommandStore } from './command-store.js';
import type { DeviceCredentials } from './device-credentials.js';
import type { DeviceRepository } from './device-repository.js';
import type { MemberDirectory } from './member-directory.js';
import type { MemberRoles } from './member-roles.js';
import type { StandingGrants } from './standing-grants.js';

/** What can be changed together. It is good only inside the `run` that hands it out. */
export interface Transaction {
  /** The time of the transaction, by the database's clock. */
  readonly now: Date;
  readonly devices: DeviceRepository;
  readonly credentials: DeviceCredentials;
  readonly commands: CommandStore;
  readonly members: MemberDirectory;
  readonly policies: ApprovalPolicies;
  readonly roles: MemberRoles;
  readonly standingGrants: StandingGrants;
  readonly reviews: BreakGlassReviews;
  /** Adds an entry to the customer's log. Entries are written last, in this order, and commit with the rest. */
  readonly record: (entry: NewEntry) => void;
}

export interface UnitOfWork {
  /**
   * Runs `work` in one transaction: all of it is committed when the promise resolves, none when it rejects.
   * Locks are taken in the order devices, approval policy, members, commands, log; only
   * standing grants, and who voted on something before, are locked after the command, since it is that which tells. `work` may be run again after a deadlock, so it has
   * no effects of its own. Rejects with `dependency_unavailable` when the outcome is unknown or nothing was done.
   */
  run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}
