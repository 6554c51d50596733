import type { Command } from '../../domain/command/command.js';
import type { ProposalRequest } from '../../domain/command/proposal.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { ProposalRecorder } from './proposal-recorder.js';
import type { SessionDirectory } from '../ports/session-directory.js';

export interface ProposeInSessionInput extends ProposalRequest {
  readonly caller: Caller;
  /** The id that the command gets: a repeated request brings the same one, and changes nothing. */
  readonly commandId: string;
  readonly sessionId: string;
  readonly type: string;
}

/** Proposes a command for the device of a session. It has to begin before the session is over. */
export class ProposeInSession {
  readonly #sessions: SessionDirectory;
  readonly #recorder: ProposalRecorder;

  constructor(sessions: SessionDirectory, recorder: ProposalRecorder) {
    this.#sessions = sessions;
    this.#recorder = recorder;
  }

  async execute(input: ProposeInSessionInput): Promise<Command> {
    const { caller, sessionId } = input;
    requireAccess(caller.principal, 'proposeInSession');
    const { customerId } = caller.principal;
    const session = await this.#sessions.find(customerId, sessionId);
    if (session === null) throw generalFaults.not_found('There is no such session.');
    // Whether the session still is active is asked where the command is recorded.
    return this.#recorder.record({ ...input, deviceId: session.deviceId, session, redriveOf: null });
  }
}
