import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { Hindrance } from '../../domain/command/hindrance.js';

/** What somebody decided about one command. Without `save`, nothing is written. */
export interface Verdict<Outcome> {
  readonly outcome: Outcome;
  readonly save?: { readonly command: Command; readonly entries: readonly NewEntry[] };
}

/** A device that writes must be active, and its token of the current generation, when the write commits. */
export interface DeviceGuard {
  readonly deviceId: string;
  readonly tokenGeneration: number;
}

export type LedgerAnswer<Outcome> =
  | { readonly kind: 'decided'; readonly outcome: Outcome }
  /** There is no such command for this owner. */
  | { readonly kind: 'missing' }
  /** The device is not active any more, or its token is of an older generation. Nothing was written. */
  | { readonly kind: 'device_void' };

/** Whose command it must be: a device's own, or one of a customer. */
export type CommandOwner = { readonly deviceId: string } | { readonly customerId: string };

/**
 * The record of commands, for those who decide about one at a time. This is where Postgres has the last word:
 * a decision is made on the record as it is read, and written only if the record is still that one.
 */
export interface CommandLedger {
  /**
   * Reads the command with the database's time and what hinders it, lets `decide` judge, and writes the verdict as a
   * compare-and-set on the version: command and entries together, on disk when the promise resolves.
   * A claim is also refused the write when the device's queue was paused since, or another command of its lane or
   * with its key has begun. When somebody else was faster, `decide` is asked again with the newer record, so it must be pure. A fault
   * that it throws is the answer, and nothing is written. Calls made at the same time share a statement, and
   * one that fails, fails alone. Rejects with `dependency_unavailable` when the outcome is unknown or nothing was done.
   */
  change<Outcome>(
    commandId: string,
    owner: CommandOwner,
    decide: (command: Command, now: Date, hindrance: Hindrance | null) => Verdict<Outcome>,
    guard?: DeviceGuard,
  ): Promise<LedgerAnswer<Outcome>>;
}
