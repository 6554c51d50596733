import { describe, expect, it } from '@jest/globals';
import { checkHistory } from '../../faults/checker/check-history.js';
import { sampleHistory } from './sample-history.js';
import { catchesEach, calls, claimOf, one, row } from './tampering.js';

describe('the checker, of what there is', () => {
  it('finds nothing where every promise was kept', async () => {
    const { violations } = await checkHistory(sampleHistory());
    expect(violations).toEqual([]);
  });

  catchesEach([
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
      'a command without an end',
      'one end',
      (sample) => {
        row(sample, sample.ids.expired).state = 'queued';
      },
    ],
  ]);
});
