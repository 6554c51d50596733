import type { Command } from '../../domain/command/command.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import { isTerminal } from '../../domain/command/command-state.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { ProposalRecorder } from './proposal-recorder.js';

export interface RedriveCommandInput {
  readonly caller: Caller;
  readonly commandId: string;
  /** The id that the new command gets. */
  readonly newCommandId: string;
}

/**
 * Proposes anew what a command that has ended asked for. The old one stays as it is; the new one is linked to it,
 * is proposed by whoever redrives, and waits for approval as any other would.
 */
export class RedriveCommand {
  readonly #records: CommandRecords;
  readonly #recorder: ProposalRecorder;

  constructor(records: CommandRecords, recorder: ProposalRecorder) {
    this.#records = records;
    this.#recorder = recorder;
  }

  async execute({ caller, commandId, newCommandId }: RedriveCommandInput): Promise<Command> {
    requireAccess(caller.principal, 'redriveCommand');
    const { customerId } = caller.principal;
    const reading = await this.#records.find(customerId, commandId);
    if (reading === null) throw generalFaults.not_found('There is no such command.');
    const old = commandAsOf(reading.command, reading.now).command;
    if (!isTerminal(old.state)) throw commandFaults.not_redrivable(`The command is ${old.state}.`);
    return this.#recorder.record({
      commandId: newCommandId,
      caller,
      deviceId: old.deviceId,
      session: null,
      type: old.type,
      parameters: old.parameters,
      priority: old.priority,
      reason: old.proposalReason,
      notBefore: null,
      expiresInMs: null,
      maxAttempts: old.maxAttempts,
      visibilityTimeoutMs: old.visibilityTimeoutMs,
      lane: old.lane,
      dedupeKey: old.dedupeKey,
      redriveOf: old.id,
    });
  }
}
