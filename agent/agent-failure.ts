/** Exit codes as in sysexits: a supervisor should not restart the agent after 77 or 78. */
export const exitCodes = { stopped: 0, crashed: 1, refusedForGood: 77, badConfiguration: 78 } as const;

/** An end that no retry can mend. The message is for the person at the terminal and says what to do. */
export class AgentFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.name = 'AgentFailure';
    this.exitCode = exitCode;
  }
}

/** Something the operator wrote is wrong: an option, the allow-list, a file in the data directory. */
export function badConfiguration(message: string): AgentFailure {
  return new AgentFailure(message, exitCodes.badConfiguration);
}
