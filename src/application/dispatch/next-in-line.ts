import { hasCompany, letsOthersPass } from '../../domain/command/hindrance.js';
import type { CommandDeadlines } from '../ports/command-deadlines.js';
import type { CommandReading } from '../ports/command-records.js';

/** Beside one that may begin, only those come up whose `notBefore` lies ahead. */
const most = 20;

/** Who may begin now that these have ended, or stand back until their time has come. Each stands as of its `now`. */
export async function nextInLine(
  deadlines: CommandDeadlines,
  moved: readonly Pick<CommandReading, 'command' | 'now'>[],
): Promise<readonly CommandReading[]> {
  const gone = moved.filter(({ command, now }) => hasCompany(command) && letsOthersPass(command, now));
  const readings = await Promise.all(gone.map(({ command }) => deadlines.next(command, most)));
  return readings.flat();
}
