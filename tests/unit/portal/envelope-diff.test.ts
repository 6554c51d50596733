import { describe, expect, it } from '@jest/globals';
import { envelopeLines } from '../../../portal/src/screens/approvals/envelope-diff.js';

const envelope = {
  commandId: 'now',
  customerId: 'customer',
  deliveryClass: 'at_least_once',
  deviceId: 'rack-1',
  expiresAt: '2026-01-01T00:00:00.000Z',
  policyVersion: 2,
  parameters: { service: 'nginx', wait: 3 },
  proposedBy: { kind: 'member', id: 'ada' },
  risk: 'change',
  sessionId: null,
  type: 'restart_service',
};

describe('a frozen envelope beside the last approved command of its kind', () => {
  it('names every line of it, and what differs', () => {
    const lines = envelopeLines(envelope, {
      ...envelope,
      ...{ commandId: 'before', expiresAt: '2025-01-01T00:00:00.000Z', policyVersion: 1 },
      parameters: { service: 'kiosk', force: true },
    });
    const changes = Object.fromEntries(lines.map(({ path, change }) => [path, change]));
    expect(changes).toMatchObject({
      ...{ commandId: null, expiresAt: null, sessionId: null, policyVersion: 'changed' },
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
    expect(new Set(lines.map(({ change }) => change))).toEqual(new Set([null]));
    expect(lines.map(({ path }) => path)).toContain('parameters.wait');
  });
});
