import type { Approval } from '../approval/approval.js';
import { cancel } from '../command/cancel-rules.js';
import type { CancelAnswer } from '../command/cancel-rules.js';
import type { Command } from '../command/command.js';
import { accessPolicy } from './access-policy.js';
import type { Role } from './role.js';
import { isBelow } from './role.js';

/** Somebody whose word counts for less than it did, or for nothing any more. */
export interface Departure {
  /** The member's user id, or the id of the service account. */
  readonly id: string;
  /** What they are from now on; null when they are gone. */
  readonly role: Role | null;
}

/** Whether sessions that they opened go on without them. */
export const keepsSessions = ({ role }: Departure): boolean =>
  role !== null && !isBelow(role, accessPolicy.openSession.from);

/** What people said beforehand, by the ids of the standing grants. */
export type StandingApprovals = ReadonlyMap<string, Approval>;

/**
 * Calls off what rests on the word of somebody who could not give it any more: what they proposed, and what runs only
 * because they approved it, or the standing grant by which it runs. What a device has begun goes on. `command` stands
 * as of `now`.
 */
export function callOffWithout(
  departure: Departure,
  command: Command,
  standing: StandingApprovals,
  now: Date,
): CancelAnswer {
  const untouched = { kind: 'again', command } as const;
  if (command.state !== 'queued' && command.state !== 'awaiting_approval') return untouched;
  const how = departure.role === null ? 'removed' : 'demoted';
  if (command.proposedBy.id === departure.id && !keepsSessions(departure)) {
    return cancel(command, `proposer_${how}`, now);
  }
  // While it waits, their vote is only not counted any more.
  if (command.state === 'queued' && !stillApproved(departure, command, standing)) {
    return cancel(command, `approver_${how}`, now);
  }
  return untouched;
}

function stillApproved({ id, role }: Departure, command: Command, standing: StandingApprovals): boolean {
  const { allowedBy, proposedBy } = command;
  if (allowedBy?.kind === 'break_glass') {
    return allowedBy.id !== id || (role !== null && !isBelow(role, accessPolicy.breakGlass.from));
  }
  const approval = allowedBy === null ? command.approval : (standing.get(allowedBy.id) ?? null);
  if (approval === null) return true;
  const { decisions, rule } = approval;
  // Their standing word did not count for what they proposed themselves.
  const counted = rule.selfApproval || proposedBy.id !== id;
  const approved = counted && decisions.some((decision) => decision.approved && decision.by.id === id);
  return !approved || (role !== null && rule.roles.includes(role));
}
