import type { Cause } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { Departure } from '../../domain/customer/departure.js';
import { callOffWithout, keepsSessions } from '../../domain/customer/departure.js';
import type { Transaction } from '../ports/unit-of-work.js';
import { callOffOpen } from './call-off-open.js';
import { endSession } from './end-session.js';

/**
 * Ends what rests on somebody who was removed from a customer, or may do less than before: their sessions, and what has
 * not begun of the commands that they proposed, or that run by their word. Returns each command that changed, as it ended up.
 */
export async function endDepartedWork(
  transaction: Transaction,
  customerId: string,
  departure: Departure,
  cause: Cause,
): Promise<readonly Command[]> {
  const changed = new Map<string, Command>();
  if (!keepsSessions(departure)) {
    const reason = departure.role === null ? 'opener_removed' : 'opener_demoted';
    for (const session of await transaction.sessions.lockActive({ customerId, openedBy: departure.id })) {
      const { commands } = await endSession(transaction, session, reason, cause);
      for (const command of commands) changed.set(command.id, command);
    }
  }
  const grants = await transaction.standingGrants.restingOn(customerId, departure.id);
  const standing = new Map(grants.map(({ id, approval }) => [id, approval]));
  const scope = { customerId, restingOn: departure.id, underGrants: [...standing.keys()] };
  const calledOff = await callOffOpen(transaction, scope, cause, (command, now) =>
    callOffWithout(departure, command, standing, now),
  );
  for (const command of calledOff) changed.set(command.id, command);
  return [...changed.values()];
}
