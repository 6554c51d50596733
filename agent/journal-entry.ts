import { z } from 'zod';
import { commandResult } from './command-result.js';

const journalEntry = z.discriminatedUnion('state', [
  z.object({ state: z.literal('started'), id: z.string(), claimToken: z.string() }),
  z.object({ state: z.literal('finished'), id: z.string(), claimToken: z.string(), result: commandResult }),
  z.object({ state: z.literal('settled'), id: z.string() }),
]);

/**
 * One line of the journal: `started` before a command runs, `finished` before its result is sent, `settled`
 * once the gateway knows. The last line about a command is what holds.
 */
export type JournalEntry = z.infer<typeof journalEntry>;

export function writeEntry(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** A power cut can leave half a line or a block of zeros; such a line tells nothing and is null. */
export function readEntry(line: string): JournalEntry | null {
  try {
    return journalEntry.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
