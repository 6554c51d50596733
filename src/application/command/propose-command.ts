import type { Command } from '../../domain/command/command.js';
import type { ProposalRequest } from '../../domain/command/proposal.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DeviceDirectory } from '../ports/device-directory.js';
import type { CommandDrafter } from './command-drafter.js';
import type { ProposalRecorder } from './proposal-recorder.js';

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
  readonly #recorder: ProposalRecorder;

  constructor(devices: DeviceDirectory, drafter: CommandDrafter, recorder: ProposalRecorder) {
    this.#devices = devices;
    this.#drafter = drafter;
    this.#recorder = recorder;
  }

  async execute(input: ProposeCommandInput): Promise<Command> {
    const { caller } = input;
    requireAccess(caller.principal, 'proposeCommand');
    const device = await this.#devices.find(caller.principal.customerId, input.deviceId);
    if (device === null) throw generalFaults.not_found('There is no such device.');
    const request = { ...input, device, session: null, redriveOf: null };
    return this.#recorder.record(() => this.#drafter.draft(request), caller);
  }
}
