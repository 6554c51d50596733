import type { Command } from '../../domain/command/command.js';
import { isTerminal } from '../../domain/command/command-state.js';
import { hasCompany } from '../../domain/command/hindrance.js';
import type { CommandDeadlines } from '../ports/command-deadlines.js';
import type { CommandReading } from '../ports/command-records.js';

/** Beside one that may begin, only those come up whose `notBefore` lies ahead. */
const most = 20;

/** Who may begin now that these have ended. */
export async function nextInLine(
  deadlines: CommandDeadlines,
  commands: readonly Command[],
): Promise<readonly CommandReading[]> {
  const ended = commands.filter((command) => isTerminal(command.state) && hasCompany(command));
  const readings = await Promise.all(ended.map((command) => deadlines.next(command, most)));
  return readings.flat();
}
