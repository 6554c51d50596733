import type { JsonObject } from '../shared/json.js';

export const activityKinds = [
  'customer.created',
  'member.added',
  'member.role_changed',
  'member.renamed',
  'member.removed',
  'api_key.created',
  'api_key.revoked',
  'policy.changed',
  'standing_grant.requested',
  'standing_grant.decided',
  'standing_grant.decision_refused',
  'standing_grant.approved',
  'standing_grant.rejected',
  'standing_grant.revoked',
  'device.provisioned',
  'device.activation_code_issued',
  'device.activation_code_voided',
  'device.registered',
  'device.signed_in',
  'device.sign_in_refused',
  'device.secret_rotated',
  'device.updated',
  'device.suspended',
  'device.resumed',
  'device.retired',
  'device.queue_paused',
  'device.queue_resumed',
  'device.signed_out',
  'command.proposed',
  'command.decided',
  'command.decision_refused',
  'command.approved',
  'command.rejected',
  'command.claimed',
  'command.resumed',
  'command.released',
  'command.lapsed',
  'command.cancel_requested',
  'command.cancelled',
  'command.expired',
  'command.finished',
  'command.settled',
  'session.opened',
  'session.closed',
  'session.expired',
  'command.broke_glass',
  'command.break_glass_reviewed',
] as const;

/** What happened, as a stable word: `<subject>.<past participle>`. */
export type ActivityKind = (typeof activityKinds)[number];

export const actorKinds = ['member', 'service_account', 'device', 'gateway', 'cli'] as const;

/** Who did it: a person, a program, a device, the gateway itself, or the operator's command line. */
export interface Actor {
  readonly kind: (typeof actorKinds)[number];
  readonly id: string;
}

export const subjectKinds = [
  'customer',
  'member',
  'api_key',
  'device',
  'command',
  'session',
  'standing_grant',
] as const;

/** What an activity entry is about. */
export interface Subject {
  readonly kind: (typeof subjectKinds)[number];
  readonly id: string;
}

/** An entry before the log has given it a place. `data` holds facts, never secrets and never a device's output. */
export interface NewEntry {
  readonly customerId: string;
  readonly kind: ActivityKind;
  readonly actor: Actor;
  readonly subject: Subject;
  readonly data: JsonObject;
  readonly requestId: string | null;
}

/** Who asks, and under which request: what every use case notes in the entries it makes. */
export interface Cause {
  readonly actor: Actor;
  readonly requestId: string | null;
}

/** What the gateway does by itself when time has moved something. */
export const byTheGateway: Cause = { actor: { kind: 'gateway', id: 'gateway' }, requestId: null };
