import type { CommandReading } from './command-records.js';

/** A device's lane, a dedupe key, or both. */
export interface Company {
  readonly deviceId: string;
  readonly lane: string | null;
  readonly dedupeKey: string | null;
}

/**
 * What the reconciler and the sweeper ask the record for. All lists are bounded by `limit`.
 *
 * The readings tell where commands stand, for `commandAsOf` and `placementOf`, and leave out what they are about,
 * which may be megabytes for each: `parameters` is `{}`, `progress`, `result` and `grant` are null, `evidence` is
 * empty, and of `approval` only `expiresAt` counts, the instant at which a waiting command lapses. Never save such
 * a command: decide through the ledger, which reads all of it.
 */
export interface CommandDeadlines {
  /**
   * Commands whose last change the dispatch store may not know, changed at least `ageMs` ago; oldest first. They
   * have not ended, or had a lane or a key, so that others may have waited for their end.
   */
  undispatched(ageMs: number, limit: number): Promise<readonly CommandReading[]>;
  /** Notes that the dispatch store knows these, unless they changed since (`version`). */
  markDispatched(commands: readonly { readonly id: string; readonly version: number }[]): Promise<void>;
  /** Open commands in the order of their ids, after `afterId`. */
  open(afterId: string | null, limit: number): Promise<readonly CommandReading[]>;
  /** Open commands that time alone should have moved by now; longest overdue first. */
  overdue(limit: number): Promise<readonly CommandReading[]>;
  /** Open commands of one device, in the order of their ids, after `afterId`. */
  openOf(deviceId: string, afterId: string | null, limit: number): Promise<readonly CommandReading[]>;
  /** Queued commands of that lane, or with that key, that nothing hinders; the earliest accepted first. */
  next(company: Company, limit: number): Promise<readonly CommandReading[]>;
  /** These commands, whatever their state; missing ones are left out. */
  findMany(commandIds: readonly string[]): Promise<readonly CommandReading[]>;
}
