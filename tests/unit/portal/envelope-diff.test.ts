import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../../portal/src/api/things.js';
import { envelopeLines, lastApproved } from '../../../portal/src/screens/approvals/envelope-diff.js';

const command = (change: Partial<Command>): Command =>
  ({
    id: 'before',
    deviceId: 'rack-1',
    type: 'restart_service',
    parameters: { service: 'kiosk', force: true },
    risk: 'change',
    deliveryClass: 'at_least_once',
    proposedBy: { kind: 'member', id: 'ada', name: 'Ada' },
    state: 'succeeded',
    approval: {
      digest: '',
      required: 1,
      decisions: [{ by: { id: 'bob', name: 'Bob' }, approved: true, reason: null, at: '' }],
      expiresAt: '',
    },
    ...change,
  }) as Command;

const envelope = {
  commandId: 'now',
  customerId: 'customer',
  deliveryClass: 'at_least_once',
  deviceId: 'rack-1',
  expiresAt: '2026-01-01T00:00:00.000Z',
  parameters: { service: 'nginx', wait: 3 },
  proposedBy: { kind: 'member', id: 'ada' },
  risk: 'change',
  sessionId: null,
  type: 'restart_service',
};

describe('a frozen envelope beside the last approved command of its kind', () => {
  it('names every line of it, and what differs', () => {
    const lines = envelopeLines(envelope, command({}));
    const changes = Object.fromEntries(lines.map(({ path, change }) => [path, change]));
    expect(changes).toMatchObject({
      commandId: 'unknown',
      deviceId: 'same',
      type: 'same',
      'proposedBy.id': 'same',
      'parameters.service': 'changed',
      'parameters.wait': 'added',
      'parameters.force': 'removed',
    });
    expect(lines.find(({ path }) => path === 'parameters.service')).toMatchObject({
      now: '"nginx"',
      before: '"kiosk"',
    });
  });

  it('marks nothing when there is nothing to compare it with', () => {
    const lines = envelopeLines(envelope, null);
    expect(new Set(lines.map(({ change }) => change))).toEqual(new Set(['unknown']));
    expect(lines.map(({ path }) => path)).toContain('parameters.wait');
  });

  it('is compared with what people approved on the same device before what they approved elsewhere', () => {
    const elsewhere = command({ id: 'elsewhere', deviceId: 'rack-2' });
    const denied = command({ id: 'denied', state: 'rejected' });
    const waits = command({ id: 'waits', state: 'awaiting_approval' });
    const other = command({ id: 'other', type: 'reboot' });
    const unasked = command({ id: 'unasked', approval: null });
    const mine = command({ id: 'mine' });
    const all = [denied, waits, other, unasked, elsewhere, mine];
    expect(lastApproved(all, 'restart_service', 'rack-1')?.id).toBe('mine');
    expect(lastApproved(all.slice(0, -1), 'restart_service', 'rack-1')?.id).toBe('elsewhere');
    expect(lastApproved([denied, waits, other, unasked], 'restart_service', 'rack-1')).toBeNull();
  });
});
