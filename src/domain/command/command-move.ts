import type { Command } from './command.js';
import type { CommandEvent } from './command-lifecycle.js';
import { transition } from './command-lifecycle.js';
import { isTerminal } from './command-state.js';

/** What a move changes beside the state. */
export type CommandChange = Partial<
  Omit<Command, 'id' | 'customerId' | 'deviceId' | 'parameters' | 'rank' | 'state' | 'version' | 'createdAt'>
>;

/**
 * Moves a command by an event that the table lists, and stamps its end.
 * Calling it with a pair that the table refuses is a mistake in the caller, so it throws a plain error.
 */
export function move(command: Command, event: CommandEvent, at: Date, change: CommandChange = {}): Command {
  const answer = transition(command.state, event);
  if ('refused' in answer) {
    throw new Error(`a command that is ${command.state} cannot be ${event}: ${answer.refused}`);
  }
  return {
    ...command,
    ...change,
    state: answer.to,
    finishedAt: isTerminal(answer.to) ? at : null,
  };
}

/** The reason to note, except on a command that somebody called off: why they did stays, to the end. */
export function unlessCalledOff(command: Command, reason: string | null): string | null {
  return command.cancelRequestedAt === null ? reason : command.stateReason;
}
