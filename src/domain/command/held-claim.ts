import type { Command } from './command.js';
import { commandFaults } from './command-faults.js';
import { isTerminal } from './command-state.js';

/** Which claim a device's token names; `forged` when it was never ours, or is for another command. */
export type ClaimReference = { readonly attempt: number; readonly nonce: string } | 'forged';

/** True when the token names the latest claim of the command and nothing has voided it since. */
export function namesLatestClaim(command: Command, reference: ClaimReference): boolean {
  return (
    reference !== 'forged' &&
    reference.attempt === command.attempt &&
    reference.nonce === command.claim?.nonce
  );
}

/**
 * Fences a device's write: passes only for the latest claim of a command that has not ended.
 * `command` stands as of now. A claim that lapsed still counts while nobody superseded it, except where running
 * twice would hurt: there only a result is heard any more.
 */
export function requireClaim(command: Command, reference: ClaimReference): void {
  if (isTerminal(command.state)) throw finished(command);
  if (!namesLatestClaim(command, reference)) throw commandFaults.claim_superseded();
  if (command.state === 'unknown_outcome') throw commandFaults.outcome_unknown();
}

export const finished = (command: Command) =>
  commandFaults.command_finished(`The command is ${command.state}.`, { details: { state: command.state } });
