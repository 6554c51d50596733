import type { Command } from '../../domain/command/command.js';
import type { CommandState } from '../../domain/command/command-state.js';
import type { Hindrance } from '../../domain/command/hindrance.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';

export interface CommandFilter {
  readonly deviceId: string | null;
  readonly sessionId: string | null;
  readonly state: CommandState | null;
}

/** Null: any. */
export interface ApprovedFilter {
  readonly type: string | null;
  readonly deviceId: string | null;
}

/** A record, and the database's time at which it was read: look at it through `commandAsOf`. */
export interface CommandReading {
  readonly command: Command;
  readonly now: Date;
  /** What keeps it from starting, as of `now`; null unless it is `queued`. */
  readonly hindrance: Hindrance | null;
}

export interface Backlog {
  /** Commands of the device that have not ended. */
  readonly depth: number;
  readonly oldestAgeMs: number | null;
}

/** Commands, for those who look. */
export interface CommandRecords {
  /** The customer's command; null when it does not exist or belongs to another customer. */
  find(customerId: string, commandId: string): Promise<CommandReading | null>;
  /**
   * Newest first. With a `state`, it also holds commands that time alone is about to move, since it filters on
   * what is written: drop what `commandAsOf` says is elsewhere. A foreign cursor is refused with `invalid_request`.
   */
  list(customerId: string, filter: CommandFilter, page: PageRequest): Promise<Page<CommandReading>>;
  /**
   * Commands that waited for people and were approved by them, newest first, whatever became of them. A foreign cursor is
   * refused with `invalid_request`.
   */
  approved(customerId: string, filter: ApprovedFilter, page: PageRequest): Promise<Page<CommandReading>>;
  /** Commands of the device that run before this one does, first in the queue first; at most `limit`. */
  ahead(command: Command, limit: number): Promise<readonly CommandReading[]>;
  backlog(deviceId: string): Promise<Backlog>;
  /** Ids of the device's claimed commands that somebody wants cancelled. */
  cancelRequested(deviceId: string): Promise<readonly string[]>;
}
