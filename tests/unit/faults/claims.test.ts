import { describe, expect, it } from '@jest/globals';
import { milliseconds } from './sample-history.js';
import { broken, catchesEach, act, calls, claimOf, one, proposal, swapTimes, write } from './tampering.js';

describe('the checker, of claims', () => {
  catchesEach([
    [
      'a second claim while the lease holds',
      'lease exclusion',
      (sample) => {
        const first = claimOf(sample, sample.ids.lapsed, 1);
        first.answer = (first.answer ?? []).map((got) => ({ ...got, visibleForMs: 60_000 }));
      },
    ],
    [
      'a second claim while an extension holds',
      'lease exclusion',
      (sample) => {
        const extend = write(sample, 'extend', sample.ids.lapsed);
        const first = claimOf(sample, sample.ids.lapsed, 1);
        Object.assign(extend, { attempt: 1, from: first.to, to: first.to + 1 });
      },
    ],
    [
      'a result under a superseded claim',
      'fencing',
      (sample) => {
        const stale = write(sample, 'result', sample.ids.lapsed, 'fail');
        const counted = write(sample, 'result', sample.ids.lapsed);
        Object.assign(stale, { type: 'ok', code: null, content: counted.content, answer: counted.answer });
      },
    ],
    [
      'a write under a claim that was given up',
      'fencing',
      (sample) => {
        const release = write(sample, 'release', sample.ids.released);
        const { from, to } = release;
        sample.history.push({
          ...release,
          f: 'progress',
          from: to + 1,
          to: to + 1 + to - from,
          answer: null,
        });
      },
    ],
    [
      'progress of what had ended',
      'fencing',
      (sample) => {
        const result = write(sample, 'result', sample.ids.plain);
        const from = result.to + milliseconds(1);
        sample.history.push({ ...result, f: 'progress', from, to: from + 1, answer: null });
      },
    ],
    [
      'a result from another device',
      'fencing',
      (sample) => {
        const stolen = one(calls(sample, 'result'), ({ foreign }) => foreign);
        const counted = write(sample, 'result', sample.ids.southern);
        Object.assign(stolen, { type: 'ok', code: null, content: counted.content, answer: counted.answer });
      },
    ],
    [
      'one attempt with two claims',
      'attempts',
      (sample) => {
        const claim = claimOf(sample, sample.ids.plain);
        const answer = (claim.answer ?? []).map((got) => ({ ...got, token: 'another' }));
        sample.history.push({ ...claim, answer });
      },
    ],
    [
      'more attempts than there may be',
      'attempts',
      (sample) => {
        proposal(sample, sample.ids.lapsed).maxAttempts = 1;
      },
    ],
    [
      'a command that died too early',
      'attempts',
      (sample) => {
        proposal(sample, sample.ids.dead).maxAttempts = 3;
      },
    ],
    [
      'an at-most-once command that was handed out again',
      'attempts',
      (sample) => {
        proposal(sample, sample.ids.lapsed).once = true;
      },
    ],
    [
      'a delivery after the end',
      'terminal is final',
      (sample) => {
        const claim = claimOf(sample, sample.ids.plain);
        const ended = write(sample, 'result', sample.ids.plain).to;
        sample.history.push({ ...claim, from: ended + 1, to: ended + milliseconds(1) });
      },
    ],
    [
      'a read that finds an ended command alive',
      'terminal is final',
      (sample) => {
        const read = act(sample, 'read', sample.ids.lapsed);
        const ended = write(sample, 'result', sample.ids.lapsed).to;
        sample.history.push({
          ...read,
          from: ended + 1,
          to: ended + 2,
          answer: { state: 'claimed', attempt: 2 },
        });
      },
    ],
    [
      'a read that goes back',
      'reads go forward',
      (sample) => {
        act(sample, 'read', sample.ids.lapsed).answer = { state: 'queued', attempt: 3 };
      },
    ],
    [
      'a delivery before anybody agreed',
      'approval',
      (sample) => {
        const approve = act(sample, 'approve', sample.ids.approved);
        const claim = claimOf(sample, sample.ids.approved);
        Object.assign(approve, { from: claim.to + 1, to: claim.to + 2 });
      },
    ],
    [
      'a delivery that only its proposer agreed to',
      'approval',
      (sample) => {
        act(sample, 'approve', sample.ids.approved).person = 'proposer';
      },
    ],
    [
      'a delivery after its time',
      'expiry',
      (sample) => {
        proposal(sample, sample.ids.released).expiresInMs = 1;
        const claim = claimOf(sample, sample.ids.released, 2);
        sample.history = sample.history.map((event) =>
          event.f === 'claim' && event.attemptId === claim.attemptId
            ? { ...event, from: event.from + milliseconds(200), to: event.to + milliseconds(200) }
            : event,
        );
      },
    ],
    [
      'acceptance out of order between two calls',
      'order',
      (sample) => {
        swapTimes(claimOf(sample, sample.ids.ordinary), claimOf(sample, sample.ids.next));
      },
    ],
    [
      'priority out of order within an answer',
      'order',
      (sample) => {
        const claim = claimOf(sample, sample.ids.urgent);
        claim.answer = [...(claim.answer ?? [])].reverse();
      },
    ],
  ]);

  it('hold nothing against a command whose only answer was lost, though its log tells of the claim', async () => {
    const found = await broken((sample) => {
      const claim = claimOf(sample, sample.ids.ordinary);
      claim.answer = (claim.answer ?? []).filter(({ command }) => command !== sample.ids.ordinary);
    });
    expect(found).not.toContain('order');
  });
});
