import type { Command } from '../../domain/command/command.js';
import type { ProposalRequest } from '../../domain/command/proposal.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
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
  readonly #recorder: ProposalRecorder;

  constructor(recorder: ProposalRecorder) {
    this.#recorder = recorder;
  }

  async execute(input: ProposeCommandInput): Promise<Command> {
    requireAccess(input.caller.principal, 'proposeCommand');
    return this.#recorder.record({ ...input, session: null, redriveOf: null });
  }
}
