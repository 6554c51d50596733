import type { ChainLink, LoggedEntry } from '../../domain/activity/logged-entry.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';

/** Somebody or something, in entries. `kind` null: whatever has that id. */
export interface Party {
  readonly kind: string | null;
  readonly id: string;
}

export interface ActivityFilter {
  /** Entries after this `seq` only. */
  readonly after: number;
  readonly subject: Party | null;
  readonly actor: Party | null;
  /** What is about this session, or about a command of it. */
  readonly sessionId: string | null;
  /** From the end of the log backwards. */
  readonly newestFirst?: boolean;
}

/** Some entries of a log, and how the log stood at the moment when they were read. */
export interface ActivityStretch {
  /** Where the log ends. */
  readonly head: ChainLink;
  /** The last entry that was forgotten on purpose, `noEntry` when none was. What is left hangs on its hash. */
  readonly forgotten: ChainLink;
  readonly entries: readonly LoggedEntry[];
}

/**
 * The logs of the customers, for those who look. What is appended becomes visible in the order of `seq`: whoever
 * has seen an entry has seen, or can read, every one before it, except where the beginning of a log was forgotten.
 * Rejects with `dependency_unavailable` when the record does not answer.
 */
export interface ActivityLog {
  /**
   * By `seq`, the earliest first unless the filter says otherwise. A cursor that is not ours, or of the other order, is
   * refused with `invalid_request`.
   */
  list(customerId: string, filter: ActivityFilter, page: PageRequest): Promise<Page<LoggedEntry>>;
  /**
   * Everything that stands after `seq`, whether or not it belongs there, the earliest first, at most `limit`; all in
   * one look. A customer without a log has an empty one.
   */
  read(customerId: string, seq: number, limit: number): Promise<ActivityStretch>;
  /** The `seq` of the last entry of each log, in the order of the customers; 0 for a log that has none. */
  heads(customerIds: readonly string[]): Promise<readonly number[]>;
}
