import { describe, expect, it } from '@jest/globals';
import { checkHistory } from '../../faults/checker/check-history.js';
import type {
  ClaimCall,
  HistoryEvent,
  PersonCall,
  ProposeCall,
  SessionCall,
  WriteCall,
} from '../../faults/history/history-event.js';
import { chained } from './chronicle.js';
import type { SampleHistory } from './sample-history.js';
import { milliseconds, sampleHistory } from './sample-history.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Which promises the checker finds broken in a history that was tampered with. */
async function broken(tamper: (sample: SampleHistory) => void): Promise<readonly string[]> {
  const sample = sampleHistory();
  tamper(sample);
  const { violations } = await checkHistory(sample);
  return violations.map(({ property }) => property);
}

const calls = <Name extends HistoryEvent['f']>(sample: SampleHistory, f: Name) =>
  sample.history.filter((event): event is Extract<HistoryEvent, { f: Name }> => event.f === f);

function one<Item>(items: readonly Item[], fits: (item: Item) => boolean = () => true): Mutable<Item> {
  const found = items.find(fits);
  if (found === undefined) throw new Error('The sample has no such thing.');
  return found;
}

const write = (sample: SampleHistory, f: WriteCall['f'], command: string, type = 'ok'): Mutable<WriteCall> =>
  one(
    sample.history.filter((event): event is WriteCall => event.f === f),
    (call) => call.command === command && call.type === type,
  );

const act = (sample: SampleHistory, f: PersonCall['f'], command: string): Mutable<PersonCall> =>
  one(
    sample.history.filter((event): event is PersonCall => event.f === f),
    (call) => call.command === command && call.type === 'ok',
  );

const proposal = (sample: SampleHistory, command: string): Mutable<ProposeCall> =>
  one(calls(sample, 'propose'), ({ answer }) => answer?.command === command);

const claimOf = (sample: SampleHistory, command: string, attempt = 1): Mutable<ClaimCall> =>
  one(
    calls(sample, 'claim'),
    ({ answer }) => answer?.some((got) => got.command === command && got.attempt === attempt) === true,
  );

const row = (sample: SampleHistory, id: string) => one(sample.rows, (found) => found.id === id);

/** Takes an entry out, or puts another one in its place, and links the log anew: only what it says is wrong. */
function relog(
  sample: SampleHistory,
  command: string,
  kind: string,
  replace: (entry: SampleHistory['entries'][number]) => SampleHistory['entries'],
): void {
  const index = sample.entries.findIndex((entry) => entry.subjectId === command && entry.kind === kind);
  const entry = one(sample.entries.slice(index));
  sample.entries = chained([
    ...sample.entries.slice(0, index),
    ...replace(entry),
    ...sample.entries.slice(index + 1),
  ]);
}

function swapTimes(a: Mutable<ClaimCall>, b: Mutable<ClaimCall>): void {
  [a.from, a.to, b.from, b.to] = [b.from, b.to, a.from, a.to];
}

describe('the checker', () => {
  it('finds nothing where every promise was kept', async () => {
    const { violations } = await checkHistory(sampleHistory());
    expect(violations).toEqual([]);
  });

  it.each<[string, string, (sample: SampleHistory) => void]>([
    [
      'an acknowledged command that the record lost',
      'no loss',
      (sample) => {
        sample.rows = sample.rows.filter(({ id }) => id !== sample.ids.plain);
      },
    ],
    [
      'an acknowledged result that is not the recorded one',
      'no loss',
      (sample) => {
        row(sample, sample.ids.plain).content = 'succeeded something else';
      },
    ],
    [
      'a cancellation that was taken back',
      'no loss',
      (sample) => {
        row(sample, sample.ids.calledOff).state = 'succeeded';
      },
    ],
    [
      'a record of what nobody proposed',
      'no phantom',
      (sample) => {
        sample.history = sample.history.filter(
          (event) => !(event.f === 'propose' && event.payload === row(sample, sample.ids.plain).payload),
        );
      },
    ],
    [
      'a delivery with another payload than was proposed',
      'no phantom',
      (sample) => {
        const claim = claimOf(sample, sample.ids.plain);
        claim.answer = (claim.answer ?? []).map((got) => ({
          ...got,
          payload: 'disk_usage {"path":"/forged"}',
        }));
      },
    ],
    [
      'two commands for one key',
      'one command per key',
      (sample) => {
        sample.rows.push({ ...row(sample, sample.ids.plain), id: '00000000-0000-7000-8000-999999999999' });
      },
    ],
    [
      'another body under a used key that was let through',
      'one command per key',
      (sample) => {
        const clash = one(calls(sample, 'propose'), ({ clashes }) => clashes);
        clash.type = 'ok';
      },
    ],
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
      'an attempt that was skipped',
      'log transitions',
      (sample) => {
        relog(sample, sample.ids.plain, 'command.claimed', (entry) => [{ ...entry, data: '{"attempt":2}' }]);
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
      'a delivery to another device',
      'isolation',
      (sample) => {
        claimOf(sample, sample.ids.plain).device = 'd2';
      },
    ],
    [
      'a record under another customer',
      'isolation',
      (sample) => {
        row(sample, sample.ids.plain).customer = 'south';
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
    [
      'a command without an end',
      'one end',
      (sample) => {
        row(sample, sample.ids.expired).state = 'queued';
      },
    ],
    [
      'an entry after the end',
      'log transitions',
      (sample) => {
        relog(sample, sample.ids.plain, 'command.finished', (entry) => [entry, entry]);
      },
    ],
    [
      'a claim out of the blue',
      'log transitions',
      (sample) => {
        relog(sample, sample.ids.lapsed, 'command.lapsed', () => []);
      },
    ],
    [
      'a gap in the log',
      'log chain',
      (sample) => {
        sample.entries.splice(5, 1);
      },
    ],
    [
      'an entry that was rewritten',
      'log chain',
      (sample) => {
        one(sample.entries, ({ kind }) => kind === 'command.finished').data = '{"state":"failed"}';
      },
    ],
    [
      'a log that was cut and joined',
      'log chain',
      (sample) => {
        one(sample.entries, ({ seq }) => seq === 4).prevHash = '1'.repeat(64);
      },
    ],
    [
      'an acknowledged cancellation without an entry',
      'log agreement',
      (sample) => {
        relog(sample, sample.ids.tooLate, 'command.cancel_requested', () => []);
      },
    ],
    [
      'an entry under a call that nobody made',
      'log agreement',
      (sample) => {
        relog(sample, sample.ids.tooLate, 'command.cancel_requested', (entry) => [
          { ...entry, requestId: 'o99999' },
        ]);
      },
    ],
    [
      'a record that the log does not lead to',
      'log agreement',
      (sample) => {
        relog(sample, sample.ids.expired, 'command.expired', () => []);
      },
    ],
    [
      'a refused call that had an effect',
      'honest errors',
      (sample) => {
        const refused = one(calls(sample, 'cancel'), ({ type }) => type === 'fail');
        relog(sample, sample.ids.tooLate, 'command.cancel_requested', (entry) => [
          { ...entry, requestId: `o${String(refused.i)}` },
          entry,
        ]);
      },
    ],
    [
      'a token that outlived its revocation',
      'revocation',
      (sample) => {
        const beat: Mutable<SessionCall> = one(calls(sample, 'beat'));
        Object.assign(beat, { type: 'ok', code: null });
      },
    ],
    [
      'a run that did not come to rest',
      'liveness',
      (sample) => {
        sample.history = sample.history.filter(({ f }) => f !== 'drained');
      },
    ],
    [
      'a run that came to rest too late',
      'liveness',
      (sample) => {
        const drained = one(calls(sample, 'drained'));
        drained.at += milliseconds(120_000);
      },
    ],
    [
      'a long silence',
      'availability',
      (sample) => {
        const last = one([...calls(sample, 'propose')].reverse());
        Object.assign(last, { from: last.from + milliseconds(60_000), to: last.to + milliseconds(60_000) });
        one(calls(sample, 'proposed_all')).at += milliseconds(70_000);
      },
    ],
    [
      'a finished command in a queue',
      'nothing remains',
      (sample) => {
        sample.redisKeys.push('fg:{s01}:ranks:d1');
      },
    ],
  ])('catches %s as "%s"', async (_, property, tamper) => {
    expect(await broken(tamper)).toContain(property);
  });
});
