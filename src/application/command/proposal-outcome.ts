import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import { commandEntry } from '../../domain/command/command-entries.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { ProposalOutcome } from '../ports/command-proposals.js';

/** Drafted under an approval policy, or for credentials, that are no longer. Thrown, it takes a transaction back. */
export class OutdatedDraft extends Error {}

/** What the log tells of a proposal. */
export const proposedEntry = (draft: NewCommand, caller: Caller): NewEntry =>
  commandEntry(draft, 'command.proposed', causeOfCaller(caller), {
    type: draft.type.type,
    risk: draft.type.risk,
    waits: draft.approval !== null,
    digest: draft.approval?.digest ?? null,
    allowedBy: draft.allowedBy === null ? null : { ...draft.allowedBy },
    redriveOf: draft.redriveOf,
    lane: draft.lane,
    dedupeKey: draft.dedupeKey,
  });

/** The command, or the refusal, thrown. */
export function accepted(outcome: ProposalOutcome): Command {
  switch (outcome.kind) {
    case 'accepted':
    case 'repeated':
      return outcome.command;
    case 'queue_full':
      throw commandFaults.queue_full(undefined, {
        details: { depth: outcome.depth, oldestAgeMs: outcome.oldestAgeMs },
        retryAfterMs: 10_000,
      });
    case 'device_not_active':
      throw commandFaults.device_not_active(`The device is ${outcome.lifecycle}.`, {
        details: { lifecycle: outcome.lifecycle },
      });
    case 'no_such_device':
      throw generalFaults.not_found('There is no such device.');
    case 'policy_changed':
    case 'device_changed':
      throw new OutdatedDraft();
    case 'standing_grant_due':
      throw new Error('standing grants were considered, and are still due');
  }
}
