import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';

/** One command as it was committed. */
export interface CommandWrite {
  /** As it was read before; null for one that has only now been proposed. */
  readonly stored: Command | null;
  readonly command: Command;
  /** What was committed with it to the activity log, about this command. */
  readonly entries: readonly NewEntry[];
  /** When, by the record's clock. */
  readonly at: Date;
}

/**
 * Hears of what has been committed, and of nothing else, in the context of the call that wrote it. It must not
 * throw: what is committed has to be answered.
 */
export interface RecordObserver {
  /** Every entry of a commit, whatever it is about. */
  recorded(entries: readonly NewEntry[]): void;
  /** Every command of a commit. */
  written(write: CommandWrite): void;
}
