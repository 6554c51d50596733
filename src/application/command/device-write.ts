import type { Command } from '../../domain/command/command.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import type { ClaimReference } from '../../domain/command/held-claim.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { DueMove } from '../../domain/command/due-moves.js';
import type { DeviceCaller } from '../../domain/device/device-caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { ClaimTokens } from '../ports/claim-tokens.js';
import type { CommandLedger, Verdict } from '../ports/command-ledger.js';

/** What every write of a device under a claim names. */
export interface DeviceWrite {
  readonly caller: DeviceCaller;
  readonly commandId: string;
  readonly claimToken: string;
}

/** The command as it stands now, and what the token says. */
export interface WriteView {
  readonly command: Command;
  readonly moves: readonly DueMove[];
  readonly reference: ClaimReference;
  readonly now: Date;
}

/**
 * A device's write, fenced twice: by its claim token and by its own standing at the moment of the commit.
 * Another device's command, and none at all, are the same to it.
 */
export async function writeAsDevice<Outcome>(
  ledger: CommandLedger,
  tokens: ClaimTokens,
  { caller, commandId, claimToken }: DeviceWrite,
  judge: (view: WriteView) => Verdict<Outcome>,
): Promise<Outcome> {
  const { deviceId, tokenGeneration } = caller;
  const reference = tokens.read(commandId, claimToken);
  const answer = await ledger.change(
    commandId,
    { deviceId },
    (stored, now) => judge({ ...commandAsOf(stored, now), reference, now }),
    { deviceId, tokenGeneration },
  );
  if (answer.kind === 'missing') throw commandFaults.command_not_found();
  if (answer.kind === 'device_void') throw generalFaults.unauthenticated('The token is not good any more.');
  return answer.outcome;
}
