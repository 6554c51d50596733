import type { CommandReading } from './command-records.js';

/** What the reconciler and the sweeper ask the record for. All lists are bounded by `limit`. */
export interface CommandDeadlines {
  /** Open commands whose last change the dispatch store may not know, changed at least `ageMs` ago; oldest first. */
  undispatched(ageMs: number, limit: number): Promise<readonly CommandReading[]>;
  /** Notes that the dispatch store knows these, unless they changed since (`version`). */
  markDispatched(commands: readonly { readonly id: string; readonly version: number }[]): Promise<void>;
  /** Open commands in the order of their ids, after `afterId`. */
  open(afterId: string | null, limit: number): Promise<readonly CommandReading[]>;
  /** Open commands that time alone should have moved by now; longest overdue first. */
  overdue(limit: number): Promise<readonly CommandReading[]>;
  /** These commands, whatever their state; missing ones are left out. */
  findMany(commandIds: readonly string[]): Promise<readonly CommandReading[]>;
}
