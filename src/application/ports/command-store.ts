import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import type { ProposalOutcome } from './command-proposals.js';

/** Commands inside a transaction that also changes something else. */
export interface CommandStore {
  /** The customer's command, locked until the transaction ends; null when there is none. */
  lock(customerId: string, commandId: string): Promise<Command | null>;
  /** Every command of the device that has not ended, locked, in the order of the queue. */
  lockOpen(deviceId: string): Promise<readonly Command[]>;
  /** The commands of the device with this dedupe key that have not ended, locked, the earliest accepted first. */
  lockKeyed(deviceId: string, dedupeKey: string): Promise<readonly Command[]>;
  /** As `CommandProposals.propose`, after what was saved so far. */
  propose(command: NewCommand, entry: NewEntry): Promise<ProposalOutcome>;
  /** Notes that the dispatch store does not know the queued commands of the device. */
  forgetPlaces(deviceId: string): Promise<void>;
  save(command: Command): Promise<void>;
}
