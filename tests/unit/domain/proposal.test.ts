import { describe, expect, it } from '@jest/globals';
import type { CommandType } from '../../../src/domain/command/command-type.js';
import { envelopeOf, expiryOf, factsForGrant } from '../../../src/domain/command/proposal.js';
import { after, hour, minute } from './sample-command.js';

const type: CommandType = {
  type: 'reboot',
  version: 3,
  title: 'Reboot',
  description: 'Restarts the machine.',
  risk: 'destructive',
  deliveryClass: 'at_most_once',
  defaults: { expiresInMs: hour, visibilityTimeoutMs: minute, maxAttempts: 1 },
  parametersSchema: {},
};
const request = {
  parameters: {},
  priority: 0,
  reason: null,
  notBefore: null,
  expiresInMs: null,
  maxAttempts: null,
  lane: null,
  dedupeKey: null,
  visibilityTimeoutMs: null,
};

describe('the time at which a proposal expires', () => {
  it("is the type's own when the proposal names none", () => {
    expect(expiryOf(request, type, after(0))).toEqual(after(hour));
    expect(expiryOf({ ...request, expiresInMs: 5 * minute }, type, after(0))).toEqual(after(5 * minute));
  });

  it('counts from `notBefore` when that is still to come', () => {
    expect(expiryOf({ ...request, notBefore: after(hour) }, type, after(0))).toEqual(after(2 * hour));
    expect(expiryOf({ ...request, notBefore: after(-hour) }, type, after(0))).toEqual(after(hour));
  });
});

describe('the envelope that is approved', () => {
  it('holds everything that decides what runs where, and nothing else', () => {
    const envelope = envelopeOf({
      commandId: 'command',
      customerId: 'customer',
      device: { id: 'till-7', credentialGeneration: 4 },
      sessionId: null,
      type,
      parameters: { delayMs: 0 },
      proposedBy: { kind: 'service_account', id: 'bot', name: 'Bot' },
      policyVersion: 2,
      expiresAt: after(hour),
    });
    expect(envelope).toEqual({
      commandId: 'command',
      customerId: 'customer',
      deliveryClass: 'at_most_once',
      deviceCredentialGeneration: 4,
      deviceId: 'till-7',
      expiresAt: after(hour).toISOString(),
      parameters: { delayMs: 0 },
      policyVersion: 2,
      proposedBy: { kind: 'service_account', id: 'bot' },
      risk: 'destructive',
      sessionId: null,
      type: 'reboot',
      typeVersion: 3,
    });
  });
});

describe('what a grant carries of an envelope', () => {
  it('is all of it but what the device knows or is handed with the command', () => {
    const envelope = {
      ...{ commandId: 'c', customerId: 'u', deliveryClass: 'at_most_once', deviceCredentialGeneration: 4 },
      ...{ deviceId: 'd', expiresAt: 'e', parameters: { a: 1 }, policyVersion: 2, risk: 'read' },
      ...{ proposedBy: { kind: 'member', id: 'm' }, sessionId: null, type: 'ping', typeVersion: 3 },
    };
    expect(factsForGrant(envelope)).toEqual({
      ...{ customerId: 'u', deviceCredentialGeneration: 4, expiresAt: 'e', policyVersion: 2, risk: 'read' },
      ...{ proposedBy: { kind: 'member', id: 'm' }, sessionId: null, typeVersion: 3 },
    });
  });
});
