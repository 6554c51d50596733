import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import { commandEntry } from '../../domain/command/command-entries.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { ProposalOutcome } from '../ports/command-proposals.js';
import type { KnownPolicies } from './known-policies.js';

const maxTries = 5;

/** Drafted under an approval policy that is the customer's no longer. Thrown, it takes a transaction back. */
class OutdatedDraft extends Error {}

/** Records a draft, and drafts anew when the approval policy has changed since: what is recorded follows the new one. */
export async function whileOutdated<Result>(
  policies: KnownPolicies,
  draft: () => Promise<NewCommand>,
  record: (drafted: NewCommand) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const drafted = await draft();
    try {
      return await record(drafted);
    } catch (error) {
      if (!(error instanceof OutdatedDraft)) throw error;
      if (tries === maxTries) {
        throw generalFaults.dependency_unavailable('The approval policy keeps changing.', {
          retryAfterMs: 1_000,
        });
      }
      policies.forget(drafted.customerId, drafted.policyVersion);
    }
  }
}

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
      throw new OutdatedDraft();
    case 'standing_grant_due':
      throw new Error('standing grants were considered, and are still due');
  }
}
