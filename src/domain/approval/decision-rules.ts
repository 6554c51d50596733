import type { Command } from '../command/command.js';
import { move } from '../command/command-move.js';
import { finished } from '../command/held-claim.js';
import type { Principal } from '../customer/principal.js';
import { generalFaults } from '../shared/general-faults.js';
import type { Approval, Decision } from './approval.js';
import { approvalFaults } from './approval-faults.js';

export interface Vote {
  readonly voter: Principal;
  readonly approved: boolean;
  /** The digest that the person was shown. */
  readonly digest: string;
  readonly reason: string | null;
}

export interface DecisionAnswer {
  /** `counted`: more votes are needed. `replayed`: the same vote again, nothing changed. */
  readonly kind: 'approved' | 'denied' | 'counted' | 'replayed';
  readonly command: Command;
}

/** What one person's vote does to a command that waits. `command` stands as of `now`. */
export function decide(command: Command, vote: Vote, now: Date): DecisionAnswer {
  const { approval } = command;
  const voter = requireVoter(vote, approval);
  if (approval === null) throw approvalFaults.already_decided('No decision is asked for on this command.');
  if (vote.digest !== approval.digest) throw approvalFaults.digest_mismatch();
  const earlier = approval.decisions.find((decision) => decision.by.id === voter.id);
  if (earlier?.approved === vote.approved) return { kind: 'replayed', command };
  if (command.state !== 'awaiting_approval') throw closed(command, approval);
  requireDistance(command, voter, approval);

  const decision: Decision = {
    by: { id: voter.id, name: voter.name },
    approved: vote.approved,
    reason: vote.reason,
    at: now.toISOString(),
  };
  const decisions = [...approval.decisions.filter((other) => other.by.id !== voter.id), decision];
  const voted = { approval: { ...approval, decisions } };
  if (!vote.approved) {
    return {
      kind: 'denied',
      command: move(command, 'denied', now, { ...voted, stateReason: 'approval_denied' }),
    };
  }
  const approvals = decisions.filter(({ approved }) => approved).length;
  return approvals >= approval.rule.approvals
    ? { kind: 'approved', command: move(command, 'approved', now, voted) }
    : { kind: 'counted', command: { ...command, ...voted } };
}

/** How many more approvals are missing before the command may run. */
export function missingApprovals(approval: Approval): number {
  const approvals = approval.decisions.filter(({ approved }) => approved).length;
  return Math.max(0, approval.rule.approvals - approvals);
}

/** Whether this principal's vote would be heard now, as far as who they are decides it. */
export function mayDecide(command: Command, voter: Principal): boolean {
  const { approval } = command;
  if (approval === null || command.state !== 'awaiting_approval' || voter.kind !== 'member') return false;
  if (!approval.rule.roles.includes(voter.role)) return false;
  if (approval.rule.mfa && voter.aal !== 'aal2') return false;
  return approval.rule.selfApproval || command.proposedBy.id !== voter.id;
}

type Person = Extract<Principal, { kind: 'member' }>;

function requireVoter(vote: Vote, approval: Approval | null): Person {
  if (vote.voter.kind !== 'member') throw approvalFaults.human_required();
  const roles = approval?.rule.roles ?? ['approver', 'admin'];
  if (!roles.includes(vote.voter.role)) {
    throw generalFaults.forbidden(`Deciding this needs one of the roles ${roles.join(', ')}.`);
  }
  return vote.voter;
}

function requireDistance(command: Command, voter: Person, approval: Approval): void {
  if (!approval.rule.selfApproval && command.proposedBy.id === voter.id) throw approvalFaults.self_approval();
  if (approval.rule.mfa && voter.aal !== 'aal2') throw approvalFaults.mfa_required();
}

function closed(command: Command, approval: Approval) {
  if (command.stateReason === 'approval_window_over') return approvalFaults.approval_expired();
  const decided = command.state === 'rejected' || missingApprovals(approval) === 0;
  return decided ? approvalFaults.already_decided() : finished(command);
}
