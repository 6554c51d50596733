import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import { commandEntry } from '../../domain/command/command-entries.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { CommandProposals, ProposalOutcome } from '../ports/command-proposals.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';

/** Records a proposal and offers it, or refuses it. Repeated, it brings back what is recorded. */
export async function recordProposal(
  proposals: CommandProposals,
  follower: DispatchFollower,
  draft: NewCommand,
  caller: Caller,
): Promise<Command> {
  const outcome = await proposals.propose(draft, proposedEntry(draft, caller));
  const command = accepted(outcome);
  // A repetition knows nothing new, and not what time it is: whatever is left to be done, the reconciler does.
  if (outcome.kind === 'accepted') await follower.follow([command], command.createdAt);
  return command;
}

const proposedEntry = (draft: NewCommand, caller: Caller): NewEntry =>
  commandEntry(draft, 'command.proposed', causeOfCaller(caller), {
    type: draft.type.type,
    risk: draft.type.risk,
    waits: draft.approval !== null,
    digest: draft.approval?.digest ?? null,
    redriveOf: draft.redriveOf,
  });

function accepted(outcome: ProposalOutcome): Command {
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
  }
}
