import type { CommandType, Risk } from '../command/command-type.js';
import type { Proposer } from '../command/command.js';
import type { NewCommand } from '../command/proposal.js';
import type { Principal } from '../customer/principal.js';
import type { Device } from '../device/device.js';
import { sameJson } from '../shared/json.js';
import type { JsonObject } from '../shared/json.js';
import type { Approval, ApprovalPolicy } from './approval.js';
import { approvalFaults } from './approval-faults.js';
import type { LiveRoles, Vote } from './vote.js';
import { approversOf, castVote, mayVote, withSecondFactor } from './vote.js';

/** For which devices: those that carry a label when it is used, or the ones that are named. */
export type StandingDevices = { readonly label: string } | { readonly ids: readonly string[] };

export const standingRange = {
  maxMs: 2_592_000_000,
  minMs: 60_000,
  maxUses: 1_000,
  maxDevices: 100,
} as const;

/** What is written of it. That it has expired, or is used up, follows from it and from the time. */
export type StandingState = 'awaiting_approval' | 'active' | 'rejected' | 'revoked';
export const standingStatuses = [
  'awaiting_approval',
  'active',
  'rejected',
  'revoked',
  'expired',
  'used_up',
] as const;
/** How it stands at an instant. */
export type StandingStatus = (typeof standingStatuses)[number];

/** People's word, given beforehand: commands of one type may run on some devices, for a while, so many times. */
export interface StandingGrant {
  readonly id: string;
  readonly customerId: string;
  readonly type: string;
  readonly typeVersion: number;
  readonly risk: Risk;
  /** Exactly these; null: any that the type allows. */
  readonly parameters: JsonObject | null;
  readonly devices: StandingDevices;
  readonly reason: string;
  readonly maxUses: number;
  readonly uses: number;
  readonly state: StandingState;
  readonly requestedBy: Proposer;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly policyVersion: number;
  readonly approval: Approval;
}

export interface StandingRequest {
  readonly id: string;
  readonly customerId: string;
  readonly type: CommandType;
  readonly parameters: JsonObject | null;
  readonly devices: StandingDevices;
  readonly reason: string;
  readonly maxUses: number;
  readonly expiresInMs: number;
  readonly requestedBy: Proposer;
}

/** A standing grant that waits for people, by the rule of its type's risk, and always for at least one of them. */
export function requestStanding(
  request: StandingRequest,
  { rules, version }: ApprovalPolicy,
  digestOf: (envelope: JsonObject) => string,
  now: Date,
): StandingGrant {
  const { type, expiresInMs, ...asked } = request;
  const rule = rules[type.risk];
  const expiresAt = new Date(now.getTime() + expiresInMs);
  const envelope: JsonObject = {
    customerId: asked.customerId,
    devices: { ...asked.devices },
    expiresAt: expiresAt.toISOString(),
    maxUses: asked.maxUses,
    parameters: asked.parameters,
    policyVersion: version,
    reason: asked.reason,
    requestedBy: { kind: asked.requestedBy.kind, id: asked.requestedBy.id },
    risk: type.risk,
    standingGrantId: asked.id,
    type: type.type,
    typeVersion: type.version,
  };
  return {
    ...asked,
    type: type.type,
    typeVersion: type.version,
    risk: type.risk,
    uses: 0,
    state: 'awaiting_approval',
    createdAt: now,
    expiresAt,
    revokedAt: null,
    policyVersion: version,
    approval: {
      envelope,
      digest: digestOf(envelope),
      rule: { ...rule, approvals: Math.max(1, rule.approvals) },
      decisions: [],
      expiresAt: new Date(now.getTime() + Math.min(rule.windowMs, expiresInMs)),
    },
  };
}

export function standingAsOf(
  { state, approval, expiresAt, uses, maxUses }: StandingGrant,
  now: Date,
): StandingStatus {
  if (state === 'awaiting_approval') return approval.expiresAt <= now ? 'expired' : state;
  if (state !== 'active') return state;
  if (uses >= maxUses) return 'used_up';
  return expiresAt <= now ? 'expired' : state;
}

export interface StandingAnswer {
  readonly kind: 'approved' | 'denied' | 'counted' | 'replayed';
  readonly grant: StandingGrant;
}

/** One person's vote on a standing grant: the same rules as on a command. */
export function decideStanding(
  grant: StandingGrant,
  vote: Vote,
  roles: LiveRoles,
  now: Date,
): StandingAnswer {
  const answer = castVote(ballotOf(grant, now), vote, roles, now);
  if (answer.kind === 'late') {
    const lapsed = grant.state === 'awaiting_approval';
    throw lapsed ? approvalFaults.approval_expired() : approvalFaults.already_decided();
  }
  const { kind, approval } = answer;
  if (kind === 'replayed') return { kind, grant };
  const states = { approved: 'active', denied: 'rejected', counted: 'awaiting_approval' } as const;
  return { kind, grant: { ...grant, approval, state: states[kind] } };
}

export const mayDecideStanding = (grant: StandingGrant, voter: Principal, now: Date): boolean =>
  standingAsOf(grant, now) === 'awaiting_approval' && mayVote(ballotOf(grant, now), voter, now);

/** Whether nothing but a second factor, used now, keeps their vote from being heard. */
export const lacksSecondFactorFor = (grant: StandingGrant, voter: Principal, now: Date): boolean =>
  !mayDecideStanding(grant, voter, now) && mayDecideStanding(grant, withSecondFactor(voter, now), now);

/** Takes it back; the same one when that was done already. */
export function revokeStanding(grant: StandingGrant, now: Date): StandingGrant {
  const standing = standingAsOf(grant, now);
  if (standing === 'revoked') return grant;
  if (standing !== 'active' && standing !== 'awaiting_approval') {
    throw approvalFaults.standing_grant_ended(`It is ${standing}.`, { details: { state: standing } });
  }
  return { ...grant, state: 'revoked', revokedAt: now };
}

/**
 * The people by whose word the command may run under the grant; null when it does not fit, or too few of them are
 * still who the rule asks. Where nobody decides on their own proposal, nobody's standing word lets their own run.
 */
export function standingApprovers(
  grant: StandingGrant,
  command: NewCommand,
  device: Device,
  roles: LiveRoles,
  now: Date,
): readonly string[] | null {
  if (standingAsOf(grant, now) !== 'active' || !fits(grant, command, device)) return null;
  const { rule } = grant.approval;
  const approvers = approversOf(grant.approval, roles).filter(
    (id) => rule.selfApproval || id !== command.proposedBy.id,
  );
  return approvers.length >= rule.approvals ? approvers : null;
}

const fits = (grant: StandingGrant, { type, parameters, customerId }: NewCommand, device: Device): boolean =>
  grant.customerId === customerId &&
  grant.type === type.type &&
  grant.typeVersion === type.version &&
  (grant.parameters === null || sameJson(grant.parameters, parameters)) &&
  ('label' in grant.devices
    ? device.labels.includes(grant.devices.label)
    : grant.devices.ids.includes(device.id));

const ballotOf = (grant: StandingGrant, now: Date) => ({
  approval: grant.approval,
  risk: grant.risk,
  proposedBy: grant.requestedBy,
  isOpen: standingAsOf(grant, now) === 'awaiting_approval',
});
