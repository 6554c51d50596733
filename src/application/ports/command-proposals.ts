import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import type { DeviceLifecycle } from '../../domain/device/device-lifecycle.js';

export type ProposalOutcome =
  | { readonly kind: 'accepted' | 'repeated'; readonly command: Command }
  | { readonly kind: 'queue_full'; readonly depth: number; readonly oldestAgeMs: number }
  | { readonly kind: 'device_not_active'; readonly lifecycle: DeviceLifecycle }
  | { readonly kind: 'no_such_device' }
  /** The customer's approval policy is another one than that of the draft. */
  | { readonly kind: 'policy_changed' }
  /** The device's credentials are of another generation than that of the draft. */
  | { readonly kind: 'device_changed' }
  /** It would wait, and there is a standing grant for its type that nobody has considered. */
  | { readonly kind: 'standing_grant_due' };

/** Where commands enter. */
export interface CommandProposals {
  /**
   * Records a command and its activity entry, or nothing at all. `accepted` means that both are on disk.
   * A draft whose `policyVersion` is not that of the customer's policy is `policy_changed`: whoever proposes after a
   * change of policy was committed, by whatever gateway, is held to it. One for other credentials than those that the
   * device has is `device_changed`.
   * One that would wait is `standing_grant_due` while the customer has an active standing grant for its type, unless
   * the draft says that those were considered.
   * A command id that exists already is `repeated` and brings back what is recorded.
   * Acceptance order is the order of the ranks within one device and priority. Calls made at the same time
   * share a transaction; each has its own outcome.
   */
  propose(command: NewCommand, entry: NewEntry): Promise<ProposalOutcome>;
}
