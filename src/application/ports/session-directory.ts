import type { SessionStatus, SupportSession } from '../../domain/session/support-session.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';

export interface SessionFilter {
  readonly deviceId: string | null;
  readonly status: SessionStatus | null;
}

/** Support sessions, for those who look. All of them are as of the database's time, whatever is written. */
export interface SessionDirectory {
  /** The customer's session; null when it does not exist or belongs to another customer. */
  find(customerId: string, sessionId: string): Promise<SupportSession | null>;
  /** Newest first. A cursor that is not ours is refused with `invalid_request`. */
  list(customerId: string, filter: SessionFilter, page: PageRequest): Promise<Page<SupportSession>>;
  /** The device's active session; null when it has none. */
  activeOf(deviceId: string): Promise<SupportSession | null>;
  /** Sessions that are over, and still written as active; longest over first. */
  overdue(limit: number): Promise<readonly SupportSession[]>;
}
