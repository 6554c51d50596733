import type { Command } from '../command/command.js';
import { move } from '../command/command-move.js';
import { finished } from '../command/held-claim.js';
import type { Principal } from '../customer/principal.js';
import { approvalFaults } from './approval-faults.js';
import type { LiveRoles, Vote } from './vote.js';
import { castVote, mayVote, withSecondFactor } from './vote.js';

export interface DecisionAnswer {
  /** `counted`: more votes are needed. `replayed`: the same vote again, nothing changed. */
  readonly kind: 'approved' | 'denied' | 'counted' | 'replayed';
  readonly command: Command;
  /** The people whose approvals count, by their ids: who let it run once it is `approved`. */
  readonly approvers: readonly string[];
}

/**
 * What one person's vote does to a command that waits. `command` stands as of `now`; `roles` are what those who
 * voted before are at this moment.
 */
export function decide(command: Command, vote: Vote, roles: LiveRoles, now: Date): DecisionAnswer {
  const { approval, risk, proposedBy } = command;
  const isOpen = command.state === 'awaiting_approval';
  const ballot = { approval, risk, proposedBy, isOpen };
  const answer = castVote(ballot, vote, roles, now);
  if (answer.kind === 'late') throw closed(command);
  const { kind, approvers } = answer;
  if (kind === 'replayed') return { kind, approvers, command };
  const voted = { approval: answer.approval };
  switch (kind) {
    case 'denied': {
      const change = { ...voted, stateReason: 'approval_denied' };
      return { kind, approvers, command: move(command, 'denied', now, change) };
    }
    case 'approved':
      return { kind, approvers, command: move(command, 'approved', now, voted) };
    case 'counted':
      return { kind, approvers, command: { ...command, ...voted } };
  }
}

/** Whether this principal's vote would be heard now, as far as who they are decides it. */
export function mayDecide(command: Command, voter: Principal, now: Date): boolean {
  const { approval, risk, proposedBy, state } = command;
  if (approval === null || state !== 'awaiting_approval') return false;
  return mayVote({ approval, risk, proposedBy }, voter, now);
}

/** Whether nothing but a second factor, used now, keeps their vote from being heard. */
export const lacksSecondFactor = (command: Command, voter: Principal, now: Date): boolean =>
  !mayDecide(command, voter, now) && mayDecide(command, withSecondFactor(voter, now), now);

function closed(command: Command) {
  if (command.stateReason === 'approval_window_over') return approvalFaults.approval_expired();
  return wasDecided(command) ? approvalFaults.already_decided() : finished(command);
}

/** What ended before anybody had decided has no grant; whatever else waits no more was decided. */
const wasDecided = ({ state, grant }: Command): boolean =>
  (state !== 'cancelled' && state !== 'expired') || grant !== null;
