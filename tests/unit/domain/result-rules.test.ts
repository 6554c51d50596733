import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resultStatuses } from '../../../src/domain/command/command.js';
import { claim } from '../../../src/domain/command/claim-rules.js';
import { isTerminal } from '../../../src/domain/command/command-state.js';
import { commandAsOf } from '../../../src/domain/command/due-moves.js';
import { maxEvidence, report } from '../../../src/domain/command/result-rules.js';
import { anyCommand, anyMoment } from './any-command.js';
import { after, claimedCommand, firstClaim, minute, sampleClaim, sampleReport } from './sample-command.js';

const incoming = { report: sampleReport(), digest: 'a', reference: firstClaim };
const other = { report: sampleReport({ output: 'other' }), digest: 'b', reference: firstClaim };

describe('a report under the latest claim', () => {
  it.each([
    ['succeeded', 'succeeded', null],
    ['failed', 'failed', 'failed'],
    ['timed_out', 'failed', 'timed_out'],
    ['refused', 'failed', 'refused'],
    ['cancelled', 'cancelled', 'cancelled_by_device'],
  ] as const)('of %s ends the command as %s', (status, state, stateReason) => {
    const answer = report(claimedCommand(), { ...incoming, report: sampleReport({ status }) }, after(5));
    expect(answer).toMatchObject({
      kind: 'recorded',
      late: false,
      command: { state, stateReason, finishedAt: after(5), result: { status, late: false, digest: 'a' } },
    });
  });

  it('covers every status there is', () => {
    expect(resultStatuses).toHaveLength(5);
  });

  it('brings the first answer back when it is repeated, and changes nothing', () => {
    const first = report(claimedCommand(), incoming, after(5));
    expect(report(first.command, incoming, after(99))).toEqual({
      kind: 'repeated',
      command: first.command,
      late: false,
    });
  });

  it('conflicts with another report, and changes nothing', () => {
    const first = report(claimedCommand(), incoming, after(5));
    expect(report(first.command, other, after(99))).toEqual({ kind: 'conflict', command: first.command });
  });

  it('counts after the lease, until somebody claims anew', () => {
    const lapsed = commandAsOf(claimedCommand(), after(2 * minute)).command;
    const answer = report(lapsed, incoming, after(2 * minute));
    expect(answer).toMatchObject({
      kind: 'recorded',
      late: true,
      command: { state: 'succeeded', result: { late: true } },
    });
    expect(report(answer.command, incoming, after(3 * minute))).toMatchObject({
      kind: 'repeated',
      late: true,
    });
  });

  it('settles an unknown outcome, however late', () => {
    const unknown = commandAsOf(claimedCommand({ deliveryClass: 'at_most_once' }), after(2 * minute)).command;
    expect(report(unknown, incoming, after(5 * minute))).toMatchObject({
      command: { state: 'succeeded' },
      late: true,
    });
  });

  it('says when the command ran to its end although somebody wanted it cancelled', () => {
    const asked = claimedCommand({ cancelRequestedAt: after(1) });
    expect(report(asked, incoming, after(5)).command).toMatchObject({
      state: 'succeeded',
      stateReason: 'finished_before_cancel',
    });
  });
});

describe('a report that cannot count', () => {
  const superseded = () => {
    const lapsed = commandAsOf(claimedCommand(), after(2 * minute)).command;
    const again = claim(
      lapsed,
      { attemptId: 'attempt-2', leaseMs: null, nonce: 'nonce-2' },
      after(2 * minute),
    );
    if (again.kind !== 'claimed') throw new Error('It should have been claimed.');
    return again.command;
  };

  it('is kept as evidence when a newer claim exists, and changes nothing else', () => {
    const held = superseded();
    const answer = report(held, incoming, after(3 * minute));
    const evidence = [{ ...incoming.report, attempt: 1, receivedAt: after(3 * minute).toISOString() }];
    expect(answer).toEqual({ kind: 'superseded', kept: true, command: { ...held, evidence } });
  });

  it('is kept beside an end that it did not make', () => {
    const dead = commandAsOf(claimedCommand({ attempt: 3, claim: sampleClaim() }), after(minute)).command;
    const answer = report(
      dead,
      { ...incoming, reference: { attempt: 3, nonce: 'nonce-1' } },
      after(2 * minute),
    );
    expect(answer).toMatchObject({ kind: 'finished', kept: true, command: { state: 'dead', result: null } });
    expect(answer.command.evidence).toHaveLength(1);
  });

  it('is kept once, however often it is sent', () => {
    const once = report(superseded(), incoming, after(3 * minute)).command;
    expect(report(once, incoming, after(4 * minute))).toEqual({
      kind: 'superseded',
      kept: false,
      command: once,
    });
  });

  it.each([
    ['data', { data: { lost: 3 } }],
    ['error', { error: { code: 'no_route', message: 'no route to host' } }],
    ['output', { output: 'other' }],
    ['status', { status: 'failed' as const }],
    ['start', { startedAt: after(1).toISOString() }],
    ['duration', { durationMs: 13 }],
  ])('is kept beside another one of the same attempt that differs in its %s', (_, change) => {
    const once = report(superseded(), incoming, after(3 * minute)).command;
    const twice = report(once, { ...incoming, report: sampleReport(change) }, after(4 * minute));
    expect(twice).toMatchObject({ kept: true });
    expect(twice.command.evidence).toHaveLength(2);
  });

  it('is kept for each attempt that sent it', () => {
    const held = { ...superseded(), attempt: 3 };
    const once = report(held, incoming, after(3 * minute)).command;
    const again = { ...incoming, reference: { attempt: 2, nonce: 'nonce-2' } };
    expect(report(once, again, after(4 * minute)).command.evidence.map(({ attempt }) => attempt)).toEqual([
      1, 2,
    ]);
  });

  it('is the same report when only the order of its members differs: the store does not keep that', () => {
    const said = sampleReport({ data: { lost: 0, sent: [{ to: 'a', ms: 1 }] } });
    const stored = sampleReport({ data: { sent: [{ ms: 1, to: 'a' }], lost: 0 } });
    const once = report(superseded(), { ...incoming, report: said }, after(3 * minute)).command;
    expect(report(once, { ...incoming, report: stored }, after(4 * minute))).toMatchObject({ kept: false });
  });

  it('leaves no trace when its token was never ours', () => {
    const held = claimedCommand();
    expect(report(held, { ...incoming, reference: 'forged' }, after(5))).toEqual({
      kind: 'superseded',
      kept: false,
      command: held,
    });
  });

  it('does not fill the record, however many there are', () => {
    let command = superseded();
    for (let n = 0; n < maxEvidence + 5; n += 1) {
      command = report(
        command,
        { ...incoming, report: sampleReport({ output: `run ${n}` }) },
        after(3 * minute),
      ).command;
    }
    expect(command.evidence).toHaveLength(maxEvidence);
  });
});

describe('any report at any time', () => {
  const anyReport = fc.record({
    report: fc.constantFrom(...resultStatuses).map((status) => sampleReport({ status })),
    digest: fc.constantFrom('a', 'b'),
    reference: fc.oneof(
      fc.constant('forged' as const),
      fc.record({ attempt: fc.integer({ min: 0, max: 5 }), nonce: fc.constantFrom('nonce-1', 'nonce-2') }),
    ),
  });

  it('gets the same answer when it is repeated', () => {
    fc.assert(
      fc.property(anyCommand, anyMoment, anyReport, (stored, now, said) => {
        const first = report(commandAsOf(stored, now).command, said, now);
        const second = report(first.command, said, now);
        expect(second.command).toEqual(first.command);
        expect(second.kind).toBe(first.kind === 'recorded' ? 'repeated' : first.kind);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never changes an end, nor a command under a claim that is not the latest', () => {
    fc.assert(
      fc.property(anyCommand, anyMoment, anyReport, (stored, now, said) => {
        const { command } = commandAsOf(stored, now);
        const answer = report(command, said, now);
        if (answer.kind !== 'recorded') {
          expect({ ...answer.command, evidence: command.evidence }).toEqual(command);
          return;
        }
        expect(isTerminal(command.state)).toBe(false);
        expect(isTerminal(answer.command.state)).toBe(true);
        expect(said.reference).toMatchObject({ attempt: command.attempt, nonce: command.claim?.nonce });
      }),
      { numRuns: 1_000 },
    );
  });
});
