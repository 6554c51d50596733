import { describe, expect, it } from '@jest/globals';
import { namesLatestClaim, requireClaim } from '../../../src/domain/command/held-claim.js';
import { commandStates, isTerminal } from '../../../src/domain/command/command-state.js';
import { refusalOf } from './refusal.js';
import { claimedCommand, firstClaim, sampleCommand } from './sample-command.js';

describe('the fence before a device writes', () => {
  it('lets the latest claim through, held or lapsed', () => {
    for (const state of ['claimed', 'queued'] as const) {
      expect(() => requireClaim(claimedCommand({ state }), firstClaim)).not.toThrow();
    }
  });

  it.each([
    ['an older attempt', { attempt: 0, nonce: 'nonce-1' }],
    ['an attempt that never was', { attempt: 2, nonce: 'nonce-1' }],
    ['another nonce', { attempt: 1, nonce: 'nonce-2' }],
    ['a forged token', 'forged'],
  ] as const)('stops %s', (_, reference) => {
    expect(refusalOf(() => requireClaim(claimedCommand(), reference)).code).toBe('claim_superseded');
  });

  it('tells the holder of a claim whose outcome is unknown that only a result is heard any more', () => {
    const unknown = claimedCommand({ state: 'unknown_outcome' });
    expect(refusalOf(() => requireClaim(unknown, firstClaim)).code).toBe('outcome_unknown');
  });

  it('stops everybody where there is no claim', () => {
    expect(namesLatestClaim(sampleCommand(), { attempt: 0, nonce: 'nonce-1' })).toBe(false);
    expect(namesLatestClaim(sampleCommand(), { attempt: 0, nonce: '' })).toBe(false);
  });

  it.each(commandStates.filter(isTerminal))('tells the holder that the command has ended as %s', (state) => {
    expect(refusalOf(() => requireClaim(claimedCommand({ state }), firstClaim))).toMatchObject({
      code: 'command_finished',
      kind: 'conflict',
      details: { state },
    });
  });
});
