import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maxLeaseMs } from '../../../src/domain/command/claim.js';
import { extend } from '../../../src/domain/command/claim-rules.js';
import { commandAsOf } from '../../../src/domain/command/due-moves.js';
import { refusalOf } from './refusal.js';
import { after, claimedCommand, hour, minute, sampleClaim, sampleCommand } from './sample-command.js';

describe('extending a claim', () => {
  it('counts the lease anew from now, and may shorten it', () => {
    const extended = extend(claimedCommand(), 5_000, after(10_000));
    expect(extended).toEqual(claimedCommand({ claim: sampleClaim(0, { leaseUntil: after(15_000) }) }));
  });

  it('brings a lapsed claim that nobody superseded back to life', () => {
    const { command } = commandAsOf(claimedCommand(), after(2 * minute));
    expect(command.state).toBe('queued');
    expect(extend(command, minute, after(2 * minute))).toMatchObject({
      state: 'claimed',
      attempt: 1,
      lapses: 1,
      stateReason: null,
      claim: { nonce: 'nonce-1', leaseUntil: after(3 * minute) },
    });
  });

  it('refuses a command that nobody holds', () => {
    expect(refusalOf(() => extend(sampleCommand(), minute, after(0))).code).toBe('claim_superseded');
  });

  it('allows twelve hours in all, to the millisecond, and says what is left', () => {
    const held = claimedCommand();
    expect(extend(held, 11 * hour, after(hour)).claim?.leaseUntil).toEqual(after(12 * hour));
    const refusal = refusalOf(() => extend(held, 11 * hour + 1, after(hour)));
    expect(refusal).toMatchObject({ code: 'extension_too_long', details: { remainingMs: 11 * hour } });
    expect(refusal.errors).toEqual([expect.objectContaining({ path: 'extensionMs' })]);
  });

  it('is granted in full or refused, never clamped', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 13 * hour }),
        fc.integer({ min: 1_000, max: maxLeaseMs }),
        (nowMs, extensionMs) => {
          const held = claimedCommand({ claim: sampleClaim(0, { leaseUntil: after(13 * hour) }) });
          if (nowMs + extensionMs > maxLeaseMs) {
            const refusal = refusalOf(() => extend(held, extensionMs, after(nowMs)));
            expect(refusal.details).toEqual({ remainingMs: Math.max(0, maxLeaseMs - nowMs) });
          } else {
            expect(extend(held, extensionMs, after(nowMs)).claim?.leaseUntil).toEqual(
              after(nowMs + extensionMs),
            );
          }
        },
      ),
    );
  });
});
