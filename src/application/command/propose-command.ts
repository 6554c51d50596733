import type { Command } from '../../domain/command/command.js';
import { commandEntry } from '../../domain/command/command-entries.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import type { NewCommand, ProposalRequest } from '../../domain/command/proposal.js';
import { requireRole } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { CommandProposals, ProposalOutcome } from '../ports/command-proposals.js';
import type { DeviceDirectory } from '../ports/device-directory.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { CommandDrafter } from './command-drafter.js';

export interface ProposeCommandInput extends ProposalRequest {
  readonly caller: Caller;
  /** The id that the command gets: a repeated request brings the same one, and changes nothing. */
  readonly commandId: string;
  readonly deviceId: string;
  readonly type: string;
}

/** Proposes a command for one device. What its risk asks for decides whether it runs at once or waits for people. */
export class ProposeCommand {
  readonly #devices: DeviceDirectory;
  readonly #drafter: CommandDrafter;
  readonly #proposals: CommandProposals;
  readonly #follower: DispatchFollower;

  constructor(
    devices: DeviceDirectory,
    drafter: CommandDrafter,
    proposals: CommandProposals,
    follower: DispatchFollower,
  ) {
    this.#devices = devices;
    this.#drafter = drafter;
    this.#proposals = proposals;
    this.#follower = follower;
  }

  async execute(input: ProposeCommandInput): Promise<Command> {
    const { caller } = input;
    requireRole(caller.principal, 'propose');
    const device = await this.#devices.find(caller.principal.customerId, input.deviceId);
    if (device === null) throw generalFaults.not_found('There is no such device.');
    const draft = await this.#drafter.draft({ ...input, device, sessionId: null, redriveOf: null });
    const command = accepted(await this.#proposals.propose(draft, proposedEntry(draft, caller)));
    await this.#follower.follow([command], command.createdAt);
    return command;
  }
}

export const proposedEntry = (draft: NewCommand, caller: Caller) =>
  commandEntry(draft, 'command.proposed', causeOfCaller(caller), {
    type: draft.type.type,
    risk: draft.type.risk,
    waits: draft.approval !== null,
    digest: draft.approval?.digest ?? null,
    redriveOf: draft.redriveOf,
  });

/** The recorded command, or the refusal that the outcome stands for. */
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
  }
}
