import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { claimReplayMs, maxLeaseMs } from '../../../src/domain/command/claim.js';
import { claim } from '../../../src/domain/command/claim-rules.js';
import { isTerminal } from '../../../src/domain/command/command-state.js';
import { commandAsOf } from '../../../src/domain/command/due-moves.js';
import { anyCommand, anyMoment } from './any-command.js';
import { after, claimedCommand, minute, sampleCommand } from './sample-command.js';

const request = { attemptId: 'attempt-2', leaseMs: null, nonce: 'nonce-2' };

describe('claiming a command', () => {
  it('gives the next attempt a lease of the asked length, and twelve hours in all', () => {
    const answer = claim(sampleCommand({ attempt: 1 }), { ...request, leaseMs: 5_000 }, after(minute));
    expect(answer).toMatchObject({
      kind: 'claimed',
      command: {
        state: 'claimed',
        attempt: 2,
        claimedAt: after(minute),
        claim: {
          nonce: 'nonce-2',
          attemptId: 'attempt-2',
          claimedAt: after(minute),
          leaseUntil: after(minute + 5_000),
          runUntil: after(minute + maxLeaseMs),
        },
      },
    });
  });

  it("takes the command's own lease when the claim names none", () => {
    const answer = claim(sampleCommand({ visibilityTimeoutMs: 7_000 }), request, after(0));
    expect(answer).toMatchObject({ command: { claim: { leaseUntil: after(7_000) } } });
  });

  it('waits for `notBefore`, to the millisecond', () => {
    const delayed = sampleCommand({ notBefore: after(minute) });
    expect(claim(delayed, request, after(minute - 1)).kind).toBe('not_claimable');
    expect(claim(delayed, request, after(minute))).toMatchObject({
      kind: 'claimed',
      command: { notBefore: null },
    });
  });

  it('supersedes a claim that lapsed', () => {
    const { command } = commandAsOf(claimedCommand(), after(minute));
    const answer = claim(command, request, after(minute));
    expect(answer).toMatchObject({ kind: 'claimed', command: { attempt: 2, claim: { nonce: 'nonce-2' } } });
  });

  it('brings the same claim back when the call is repeated, and counts nothing', () => {
    const first = claimedCommand();
    const repeated = { ...request, attemptId: 'attempt-1' };
    expect(claim(first, repeated, after(claimReplayMs - 1))).toEqual({ kind: 'replayed', command: first });
    expect(claim(first, repeated, after(claimReplayMs)).kind).toBe('not_claimable');
  });

  it('brings the same claim back after a lapse that nobody made use of', () => {
    const { command } = commandAsOf(claimedCommand(), after(2 * minute));
    expect(claim(command, { ...request, attemptId: 'attempt-1' }, after(2 * minute))).toEqual({
      kind: 'replayed',
      command,
    });
  });

  it('brings nothing back that has ended', () => {
    const ended = claimedCommand({ state: 'succeeded', finishedAt: after(1) });
    expect(claim(ended, { ...request, attemptId: 'attempt-1' }, after(2)).kind).toBe('not_claimable');
  });

  it('brings nothing back of an at-most-once command whose outcome is unknown', () => {
    const lost = claimedCommand({ deliveryClass: 'at_most_once' });
    const { command } = commandAsOf(lost, after(2 * minute));
    expect(command.state).toBe('unknown_outcome');
    expect(claim(command, { ...request, attemptId: 'attempt-1' }, after(2 * minute)).kind).toBe(
      'not_claimable',
    );
  });

  it('waits for the company that hinders it, and brings back all the same what had begun', () => {
    const behind = { kind: 'behind', commandId: 'another' } as const;
    expect(claim(sampleCommand(), request, after(minute), behind).kind).toBe('hindered');
    const repeated = { ...request, attemptId: 'attempt-1' };
    expect(claim(claimedCommand(), repeated, after(1), { kind: 'queue_paused' }).kind).toBe('replayed');
  });

  it('happens to queued commands only, one attempt at a time, within the attempts there are', () => {
    fc.assert(
      fc.property(anyCommand, anyMoment, (stored, now) => {
        const { command } = commandAsOf(stored, now);
        const answer = claim(command, request, now);
        if (answer.kind !== 'claimed') return;
        expect(command.state).toBe('queued');
        expect(answer.command.attempt).toBe(command.attempt + 1);
        expect(answer.command.attempt).toBeLessThanOrEqual(command.maxAttempts);
        expect(answer.command.claim?.leaseUntil.getTime()).toBeGreaterThan(now.getTime());
        expect(answer.command.expiresAt.getTime()).toBeGreaterThan(now.getTime());
      }),
      { numRuns: 500 },
    );
  });

  it('is never granted to one call while another one holds the command', () => {
    fc.assert(
      fc.property(anyCommand, anyMoment, (stored, now) => {
        const { command } = commandAsOf(stored, now);
        const first = claim(command, { ...request, attemptId: 'one', nonce: 'one' }, now);
        if (first.kind !== 'claimed') return;
        expect(claim(first.command, { ...request, attemptId: 'two', nonce: 'two' }, now).kind).toBe(
          'not_claimable',
        );
        expect(isTerminal(first.command.state)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
