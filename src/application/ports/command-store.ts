import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import type { ProposalOutcome } from './command-proposals.js';

/** Which commands that have not ended are meant. */
export type OpenScope =
  | { readonly deviceId: string }
  | { readonly sessionId: string }
  /** Of a device, with this dedupe key. */
  | { readonly deviceId: string; readonly dedupeKey: string }
  /** Proposed by this person or program, approved by this person, or let run by one of these standing grants. */
  | { readonly customerId: string; readonly restingOn: string; readonly underGrants: readonly string[] };

/** Commands inside a transaction that also changes something else. */
export interface CommandStore {
  /** The customer's command, locked until the transaction ends; null when there is none. */
  lock(customerId: string, commandId: string): Promise<Command | null>;
  /** The commands of the scope that have not ended, locked; those of one device in the order of its queue. */
  lockOpen(scope: OpenScope): Promise<readonly Command[]>;
  /** As `CommandProposals.propose`, after what was saved so far. */
  propose(command: NewCommand, entry: NewEntry): Promise<ProposalOutcome>;
  /** Notes that the dispatch store does not know the queued commands of the device. */
  forgetPlaces(deviceId: string): Promise<void>;
  save(command: Command): Promise<void>;
}
