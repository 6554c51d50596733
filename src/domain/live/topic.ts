import type { ActivityKind } from '../activity/activity-entry.js';
import type { LoggedEntry } from '../activity/logged-entry.js';
import type { JsonObject } from '../shared/json.js';

/**
 * What somebody follows: everything, everything about devices, what waits for decisions, one device, one session. It is
 * written as its kind or, where it has an id, as `<kind>:<id>`.
 */
export type Topic =
  | { readonly kind: 'activity' | 'devices' | 'approvals'; readonly name: string }
  | { readonly kind: 'device' | 'session'; readonly id: string; readonly name: string };

const written = /^(?:(activity|devices|approvals)|(device|session):(.{1,128}))$/s;

/** Null when nothing is written like that. Whether there is such a device or session is another question. */
export function topicOf(text: string): Topic | null {
  const [, plain, kind, id = ''] = written.exec(text) ?? [];
  if (plain !== undefined) return { kind: plain as 'activity' | 'devices' | 'approvals', name: plain };
  if (kind === 'device') return deviceTopic(id);
  if (kind === 'session') return sessionTopic(id);
  return null;
}

export const everything = 'activity';
export const allDevices = 'devices';

export const deviceTopic = (id: string): Extract<Topic, { id: string }> => ({
  kind: 'device',
  id,
  name: `device:${id}`,
});

/** Sessions are named by UUIDs, in either case. */
export function sessionTopic(id: string): Extract<Topic, { id: string }> {
  const lower = id.toLowerCase();
  return { kind: 'session', id: lower, name: `session:${lower}` };
}

/** The names of the topics that an entry belongs to, by the entry alone. */
export function topicsOf({ kind, subject, data }: LoggedEntry): readonly string[] {
  const topics: string[] = [everything];
  const deviceId = subject.kind === 'device' ? subject.id : data['deviceId'];
  const sessionId = subject.kind === 'session' ? subject.id : data['sessionId'];
  if (subject.kind === 'device') topics.push(allDevices);
  if (typeof deviceId === 'string') topics.push(deviceTopic(deviceId).name);
  if (typeof sessionId === 'string') topics.push(sessionTopic(sessionId).name);
  if (Object.hasOwn(decisions, kind) && decisions[kind as ActivityKind](data)) topics.push('approvals');
  return topics;
}

const always = (): boolean => true;
const never = (): boolean => false;
/** Whether it waited, its entry does not say; what a device had begun did not. */
const unbegun = ({ attempt = 0 }: JsonObject): boolean => attempt === 0;

/** Whether an entry is about something that waits for a decision, or about the decision; new kinds need a place. */
const decisions: Readonly<Record<ActivityKind, (data: JsonObject) => boolean>> = {
  'customer.created': never,
  'member.added': never,
  'member.role_changed': never,
  'member.renamed': never,
  'member.removed': never,
  'api_key.created': never,
  'api_key.revoked': never,
  'policy.changed': never,
  'standing_grant.requested': always,
  'standing_grant.decided': always,
  'standing_grant.decision_refused': always,
  'standing_grant.approved': always,
  'standing_grant.rejected': always,
  'standing_grant.revoked': always,
  'device.provisioned': never,
  'device.activation_code_issued': never,
  'device.activation_code_voided': never,
  'device.registered': never,
  'device.signed_in': never,
  'device.sign_in_refused': never,
  'device.secret_rotated': never,
  'device.updated': never,
  'device.suspended': never,
  'device.resumed': never,
  'device.retired': never,
  'device.queue_paused': never,
  'device.queue_resumed': never,
  'device.signed_out': never,
  'command.proposed': ({ waits }) => waits === true,
  'command.decided': always,
  'command.decision_refused': always,
  'command.approved': always,
  'command.rejected': always,
  'command.claimed': never,
  'command.resumed': never,
  'command.released': never,
  'command.lapsed': never,
  'command.cancel_requested': never,
  'command.cancelled': unbegun,
  'command.expired': ({ reason }) => reason === 'approval_window_over',
  'command.finished': never,
  'command.settled': never,
  'session.opened': never,
  'session.closed': never,
  'session.expired': never,
  'command.broke_glass': always,
  'command.break_glass_reviewed': always,
};
