import type { SessionCloseReason, SupportSession } from './support-session.js';
import { sessionFaults } from './session-faults.js';

/** The session as it stands at `now`: one whose time ran out is expired, and ended when its time did. */
export function sessionAsOf(session: SupportSession, now: Date): SupportSession {
  if (session.status !== 'active' || session.expiresAt > now) return session;
  return { ...session, status: 'expired', closedAt: session.expiresAt };
}

/** Closes a session that is active. `session` stands as of `now`. */
export function closeSession(
  session: SupportSession,
  closeReason: SessionCloseReason,
  now: Date,
): SupportSession {
  if (session.status !== 'active') throw new Error(`a session that is ${session.status} cannot be closed`);
  return { ...session, status: 'closed', closedAt: now, closeReason };
}

/** Refuses what belongs into a session that is over. `session` stands as of now. */
export function requireActive({ status }: SupportSession): void {
  if (status !== 'active') throw sessionFaults.session_not_active(`The session is ${status}.`);
}

/** Why commands of a session that was closed are called off. */
export const calledOffBecause: Readonly<Record<SessionCloseReason, string>> = {
  closed_by_person: 'session_closed',
  device_suspended: 'device_suspended',
  device_retired: 'device_retired',
  opener_removed: 'session_opener_removed',
  opener_demoted: 'session_opener_demoted',
};
