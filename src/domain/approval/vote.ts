import type { Risk } from '../command/command-type.js';
import type { Principal } from '../customer/principal.js';
import type { Role } from '../customer/role.js';
import { generalFaults } from '../shared/general-faults.js';
import { decidingRoles } from './approval-policy.js';
import type { Approval, Decision } from './approval.js';
import { approvalFaults } from './approval-faults.js';

export interface Vote {
  readonly voter: Principal;
  readonly approved: boolean;
  /** The digest that the person was shown. */
  readonly digest: string;
  readonly reason: string | null;
}

/** The role that each of some people holds at this moment, by their ids. Who is not in it, is no member. */
export type LiveRoles = ReadonlyMap<string, Role>;

/** What people vote on. */
export interface Ballot {
  /** Null when nobody was ever asked. */
  readonly approval: Approval | null;
  readonly risk: Risk;
  readonly proposedBy: { readonly id: string };
  /** Whether it still waits. */
  readonly isOpen: boolean;
}

export type VoteAnswer =
  /** It waits no more, and this is not the vote that the person gave. */
  | { readonly kind: 'late' }
  | {
      /** `counted`: more votes are needed. `replayed`: the same vote again, nothing changed. */
      readonly kind: 'approved' | 'denied' | 'counted' | 'replayed';
      readonly approval: Approval;
      /** The people whose approvals count, by their ids. */
      readonly approvers: readonly string[];
    };

/** How old the use of a second factor may be where a rule asks for one; null: as old as the sign-in. */
const factorMaxAgeMs: Readonly<Record<Risk, number | null>> = {
  read: null,
  change: null,
  destructive: 300_000,
};

/**
 * One person's vote. `roles` are those of everybody who voted before: an approval counts only while whoever gave it
 * still holds a role that the rule names. The decision of somebody who does not is kept, and may count again.
 */
export function castVote(ballot: Ballot, vote: Vote, roles: LiveRoles, now: Date): VoteAnswer {
  const { approval } = ballot;
  const voter = requireVoter(vote, approval);
  if (approval === null) throw approvalFaults.already_decided('No decision is asked for on this.');
  if (vote.digest !== approval.digest) throw approvalFaults.digest_mismatch();
  const earlier = approval.decisions.find((decision) => decision.by.id === voter.id);
  const isRepeated = earlier?.approved === vote.approved;
  const live = new Map([...roles, [voter.id, voter.role] as const]);
  // Repeated, it decides only if somebody whose approval did not count has got their role back since.
  if (isRepeated && !(ballot.isOpen && vote.approved && missingApprovals(approval, live) === 0)) {
    return { kind: 'replayed', approval, approvers: approversOf(approval, live) };
  }
  if (!ballot.isOpen) return { kind: 'late' };
  requireDistance({ ...ballot, approval }, voter, now);
  if (approval.rule.reasonRequired && (vote.reason ?? '').trim() === '')
    throw approvalFaults.reason_required();

  const decision: Decision = {
    by: { id: voter.id, name: voter.name },
    approved: vote.approved,
    reason: vote.reason,
    at: now.toISOString(),
  };
  const decisions = [...approval.decisions.filter((other) => other.by.id !== voter.id), decision];
  const voted: Approval = { ...approval, decisions };
  const approvers = approversOf(voted, live);
  if (!vote.approved) return { kind: 'denied', approval: voted, approvers };
  const isDone = approvers.length >= approval.rule.approvals;
  return { kind: isDone ? 'approved' : 'counted', approval: voted, approvers };
}

/** How many more approvals are missing, going by what those who gave one are now. */
export const missingApprovals = (approval: Approval, roles: LiveRoles): number =>
  Math.max(0, approval.rule.approvals - approversOf(approval, roles).length);

/** Everybody who has voted, by their ids. */
export const votersOf = (approval: Approval | null): readonly string[] =>
  (approval?.decisions ?? []).map(({ by }) => by.id);

/** Whether this principal's vote would be heard now, as far as who they are decides it. */
export function mayVote(
  { approval, risk, proposedBy }: Omit<Ballot, 'isOpen'> & { readonly approval: Approval },
  voter: Principal,
  now: Date,
): boolean {
  const { rule } = approval;
  if (voter.kind !== 'member' || !rule.roles.includes(voter.role)) return false;
  if (rule.mfa && !hasSecondFactor(risk, voter, now)) return false;
  return rule.selfApproval || proposedBy.id !== voter.id;
}

/** The same principal, had they used a second factor at this moment. */
export const withSecondFactor = (voter: Principal, now: Date): Principal =>
  voter.kind === 'member' ? { ...voter, aal: 'aal2', secondFactorAt: now } : voter;

type Person = Extract<Principal, { kind: 'member' }>;

/** Whether the sign-in has a second factor, used lately enough for something of this risk. */
export function hasSecondFactor(risk: Risk, { aal, secondFactorAt }: Person, now: Date): boolean {
  if (aal !== 'aal2') return false;
  const maxAgeMs = factorMaxAgeMs[risk];
  if (maxAgeMs === null) return true;
  const usedAt = secondFactorAt ?? null;
  return usedAt !== null && now.getTime() - usedAt.getTime() <= maxAgeMs;
}

/** The people whose approvals count, by their ids. */
export const approversOf = ({ decisions, rule }: Approval, roles: LiveRoles): readonly string[] =>
  decisions.flatMap(({ approved, by }) => {
    const role = roles.get(by.id);
    return approved && role !== undefined && rule.roles.includes(role) ? [by.id] : [];
  });

function requireVoter({ voter }: Vote, approval: Approval | null): Person {
  if (voter.kind !== 'member') throw approvalFaults.human_required();
  const roles = approval?.rule.roles ?? decidingRoles;
  if (!roles.includes(voter.role)) {
    throw generalFaults.forbidden(`Deciding this needs one of the roles ${roles.join(', ')}.`);
  }
  return voter;
}

function requireDistance(
  { approval, risk, proposedBy }: Ballot & { readonly approval: Approval },
  voter: Person,
  now: Date,
): void {
  if (!approval.rule.selfApproval && proposedBy.id === voter.id) throw approvalFaults.self_approval();
  if (approval.rule.mfa && !hasSecondFactor(risk, voter, now)) {
    const lately = factorMaxAgeMs[risk] === null ? '' : ', used within the last five minutes';
    throw approvalFaults.mfa_required(`This needs a second factor${lately}.`);
  }
}
