import type { SupportSession } from '../../domain/session/support-session.js';

/** Support sessions, for those who change them. What is written may be behind the clock: see `sessionAsOf`. */
export interface SessionRepository {
  /** The customer's session, locked until the transaction ends; null when there is none. */
  lock(customerId: string, sessionId: string): Promise<SupportSession | null>;
  /** The sessions that are written as active, locked, in the order of their ids. */
  lockActive(scope: ActiveScope): Promise<readonly SupportSession[]>;
  /** Adds a session; false when its id is taken, or its device has another that is written as active. */
  add(session: SupportSession): Promise<boolean>;
  /** Writes what can change: status, end and reason. The caller holds the lock. */
  save(session: SupportSession): Promise<void>;
}

/** Of one device there is one at most. */
export type ActiveScope =
  | { readonly deviceId: string }
  /** Opened by this person or program. */
  | { readonly customerId: string; readonly openedBy: string };
