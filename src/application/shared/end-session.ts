import type { Cause } from '../../domain/activity/activity-entry.js';
import { byTheGateway } from '../../domain/activity/activity-entry.js';
import { endWithSession } from '../../domain/command/cancel-rules.js';
import type { Command } from '../../domain/command/command.js';
import { sessionEntry } from '../../domain/session/session-entries.js';
import { calledOffBecause, closeSession, sessionAsOf } from '../../domain/session/session-rules.js';
import type { SessionCloseReason, SupportSession } from '../../domain/session/support-session.js';
import { callOffOpen } from './call-off-open.js';
import type { Transaction } from '../ports/unit-of-work.js';

export interface EndedSession {
  readonly session: SupportSession;
  /** The commands that its end has changed. */
  readonly commands: readonly Command[];
}

/**
 * Ends a session that is written as active, and calls off what of it has not begun: with its own reason where its
 * time was over already, whoever comes along. What runs goes on, and is not begun again. The caller holds its lock.
 */
export async function endSession(
  transaction: Transaction,
  stored: SupportSession,
  reason: SessionCloseReason,
  cause: Cause,
): Promise<EndedSession> {
  const { now, sessions, record } = transaction;
  const current = sessionAsOf(stored, now);
  if (current.status === 'expired') return writeExpired(transaction, current);
  const session = closeSession(current, reason, now);
  const scope = { sessionId: session.id };
  const commands = await callOffOpen(transaction, scope, cause, (command, at) =>
    endWithSession(command, calledOffBecause[reason], at),
  );
  await sessions.save(session);
  record(sessionEntry(session, 'session.closed', cause, { reason, calledOff: endedOf(commands) }));
  return { session, commands };
}

/** Writes down that a session's time ran out. `session` stands as of now. */
export async function writeExpired(transaction: Transaction, session: SupportSession): Promise<EndedSession> {
  const { sessions, record } = transaction;
  const scope = { sessionId: session.id };
  // By the rules of time they have ended with their session; only what runs is still there.
  const commands = await callOffOpen(transaction, scope, byTheGateway, (command, at) =>
    endWithSession(command, 'session_expired', at),
  );
  await sessions.save(session);
  const data = { dueAt: session.expiresAt.toISOString(), calledOff: endedOf(commands) };
  record(sessionEntry(session, 'session.expired', byTheGateway, data));
  return { session, commands };
}

const endedOf = (commands: readonly Command[]): number =>
  commands.filter(({ state }) => state === 'cancelled').length;
