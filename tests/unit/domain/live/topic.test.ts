import { describe, expect, it } from '@jest/globals';
import { activityKinds } from '../../../../src/domain/activity/activity-entry.js';
import type { ActivityKind } from '../../../../src/domain/activity/activity-entry.js';
import type { LoggedEntry } from '../../../../src/domain/activity/logged-entry.js';
import { topicOf, topicsOf } from '../../../../src/domain/live/topic.js';
import type { JsonObject } from '../../../../src/domain/shared/json.js';

const session = '0199a000-0000-7000-8000-000000000001';

const entry = (kind: string, subject: LoggedEntry['subject'], data: JsonObject = {}): LoggedEntry => ({
  customerId: '0199a000-0000-7000-8000-000000000009',
  seq: 1,
  at: '2026-01-01T00:00:00.000Z',
  kind,
  actor: { kind: 'gateway', id: 'gateway' },
  subject,
  data,
  requestId: null,
  hash: '',
  prevHash: '',
});

const about: Readonly<Record<string, { subject: LoggedEntry['subject']; data?: JsonObject }>> = {
  customer: { subject: { kind: 'customer', id: 'c' } },
  member: { subject: { kind: 'member', id: 'm' } },
  api_key: { subject: { kind: 'api_key', id: 'k' } },
  policy: { subject: { kind: 'customer', id: 'c' } },
  standing_grant: { subject: { kind: 'standing_grant', id: 'g' } },
  device: { subject: { kind: 'device', id: 'till-1' } },
  command: { subject: { kind: 'command', id: 'x' }, data: { deviceId: 'till-1', sessionId: session } },
  session: { subject: { kind: 'session', id: session }, data: { deviceId: 'till-1' } },
};

const onCommand = ['activity', 'device:till-1', `session:${session}`];
const onDevice = ['activity', 'devices', 'device:till-1'];

/** Where each kind belongs. A kind that is new has to be placed here too. */
const places: Readonly<Record<ActivityKind, readonly string[]>> = {
  'customer.created': ['activity'],
  'member.added': ['activity'],
  'member.role_changed': ['activity'],
  'member.renamed': ['activity'],
  'member.removed': ['activity'],
  'api_key.created': ['activity'],
  'api_key.revoked': ['activity'],
  'policy.changed': ['activity'],
  'standing_grant.requested': ['activity', 'approvals'],
  'standing_grant.decided': ['activity', 'approvals'],
  'standing_grant.decision_refused': ['activity', 'approvals'],
  'standing_grant.approved': ['activity', 'approvals'],
  'standing_grant.rejected': ['activity', 'approvals'],
  'standing_grant.revoked': ['activity', 'approvals'],
  'device.provisioned': onDevice,
  'device.activation_code_issued': onDevice,
  'device.activation_code_voided': onDevice,
  'device.registered': onDevice,
  'device.signed_in': onDevice,
  'device.sign_in_refused': onDevice,
  'device.secret_rotated': onDevice,
  'device.updated': onDevice,
  'device.suspended': onDevice,
  'device.resumed': onDevice,
  'device.retired': onDevice,
  'device.queue_paused': onDevice,
  'device.queue_resumed': onDevice,
  'device.signed_out': onDevice,
  'command.proposed': onCommand,
  'command.decided': [...onCommand, 'approvals'],
  'command.decision_refused': [...onCommand, 'approvals'],
  'command.approved': [...onCommand, 'approvals'],
  'command.rejected': [...onCommand, 'approvals'],
  'command.claimed': onCommand,
  'command.resumed': onCommand,
  'command.released': onCommand,
  'command.lapsed': onCommand,
  'command.cancel_requested': onCommand,
  'command.cancelled': [...onCommand, 'approvals'],
  'command.expired': onCommand,
  'command.finished': onCommand,
  'command.settled': onCommand,
  'session.opened': onCommand,
  'session.closed': onCommand,
  'session.expired': onCommand,
  'command.broke_glass': [...onCommand, 'approvals'],
  'command.break_glass_reviewed': [...onCommand, 'approvals'],
};

describe('the topics of an entry', () => {
  it.each(activityKinds)('are known for %s', (kind) => {
    const [slice = ''] = kind.split('.');
    const of = about[slice];
    if (of === undefined) throw new Error(`nothing is known of ${slice}`);
    expect(topicsOf(entry(kind, of.subject, of.data))).toEqual(places[kind]);
  });

  it.each<[string, ActivityKind, JsonObject, boolean]>([
    ['a proposal that waits', 'command.proposed', { waits: true }, true],
    ['a proposal that runs at once', 'command.proposed', { waits: false }, false],
    ['a window for approval that closed', 'command.expired', { reason: 'approval_window_over' }, true],
    ['a command that was not started in time', 'command.expired', { reason: 'not_started' }, false],
    ['a cancellation of what had not begun', 'command.cancelled', { attempt: 0 }, true],
    ['a cancellation of what a device had begun', 'command.cancelled', { attempt: 1 }, false],
  ])('tell whether %s is about a decision', (_what, kind, data, expected) => {
    const topics = topicsOf(entry(kind, { kind: 'command', id: 'x' }, { deviceId: 'till-1', ...data }));
    expect(topics.includes('approvals')).toBe(expected);
  });

  it('leave one of an unknown kind to those who follow everything', () => {
    expect(topicsOf(entry('toString', { kind: 'constructor', id: 'x' }))).toEqual(['activity']);
  });
});

describe('a topic', () => {
  it('is a kind, or a kind and an id', () => {
    expect(topicOf('activity')).toEqual({ kind: 'activity', name: 'activity' });
    expect(topicOf('device:till-1')).toEqual({ kind: 'device', id: 'till-1', name: 'device:till-1' });
  });

  it('names sessions in lower case', () => {
    expect(topicOf(`session:${session.toUpperCase()}`)).toEqual({
      kind: 'session',
      id: session,
      name: `session:${session}`,
    });
  });

  it.each(['', 'device', 'device:', 'devices:x', 'activity ', 'Activity', `device:${'x'.repeat(129)}`])(
    'is not written as %j',
    (text) => {
      expect(topicOf(text)).toBeNull();
    },
  );
});
