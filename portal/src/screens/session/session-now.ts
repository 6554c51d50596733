import type { Session } from '../../api/things.js';

/** The session as it stands at `nowMs`: one whose time is over is expired before anybody has said so. */
export function sessionAt(session: Session, nowMs: number): Session {
  if (session.status !== 'active' || Date.parse(session.expiresAt) > nowMs) return session;
  return { ...session, status: 'expired', closedAt: session.expiresAt };
}

export const typeWords: Readonly<Record<Session['type'], string>> = {
  diagnostic: 'Diagnostic',
  remediation: 'Remediation',
};

/** Why a session was closed, by the stable word of the gateway. */
export const closeWords: Readonly<Record<string, string>> = {
  closed_by_person: 'Somebody closed it.',
  device_suspended: 'Its device was suspended.',
  device_retired: 'Its device was retired.',
  opener_removed: 'Whoever opened it is no member any more.',
  opener_demoted: 'Whoever opened it may not open sessions any more.',
};
