import type { CommandReading } from './command-records.js';

/**
 * What the reconciler and the sweeper ask the record for. All lists are bounded by `limit`.
 *
 * The readings tell where commands stand, for `commandAsOf` and `placementOf`, and leave out what they are about,
 * which may be megabytes for each: `parameters` is `{}`, `progress`, `result` and `grant` are null, `evidence` is
 * empty, and of `approval` only `expiresAt` counts, the instant at which a waiting command lapses. Never save such
 * a command: decide through the ledger, which reads all of it.
 */
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
