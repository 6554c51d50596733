import type { ProposalOutcome } from '../../application/ports/command-proposals.js';
import type { Command } from '../../domain/command/command.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import { Failed } from './asked.js';
import { unavailable } from './postgres-faults.js';
import { acceptedCommand } from './propose-commands.js';
import type { ProposalRow } from './propose-commands.js';

/** Null when the record knows better: the id is there already. */
export type Outcome = ProposalOutcome | Failed | null;
type Accepted = Extract<ProposalOutcome, { command: Command }>;

export const isAccepted = (outcome: Outcome | undefined): outcome is Accepted =>
  outcome !== null && outcome !== undefined && 'command' in outcome;

/** What the statement's answer about one proposal means. */
export function outcomeOf(command: NewCommand, row: ProposalRow | undefined, maxOpen: number): Outcome {
  if (row === undefined) throw unavailable('The database gave no answer to a proposal.');
  const { verdict, lifecycle, acceptance, created_at: createdAt } = row;
  switch (verdict) {
    case 'accepted':
      if (acceptance === null || createdAt === null) return null;
      return { kind: 'accepted', command: acceptedCommand(command, createdAt, acceptance) };
    case 'queue_full':
      // The depth was taken before this batch filled the queue up.
      return {
        kind: 'queue_full',
        depth: Math.max(row.depth ?? 0, maxOpen),
        oldestAgeMs: Math.max(0, row.oldest_age_ms ?? 0),
      };
    case 'device_not_active':
      return lifecycle === null ? { kind: 'no_such_device' } : { kind: 'device_not_active', lifecycle };
    case 'device_busy':
      return new Failed(unavailable('The device is held by somebody else.'));
    case 'no_such_device':
      return { kind: 'no_such_device' };
    case 'policy_changed':
    case 'device_changed':
    case 'standing_grant_due':
      return { kind: verdict };
    case 'repeated':
      return null;
  }
}
