import { describe } from '@jest/globals';
import { milliseconds } from './sample-history.js';
import { catchesEach, claimOf, proposal, swapTimes, write } from './tampering.js';

describe('the checker, of lanes and keys', () => {
  catchesEach([
    [
      'two of a lane in one answer',
      'one of a lane',
      (sample) => {
        const [first, second] = [
          claimOf(sample, sample.ids.laneFirst),
          claimOf(sample, sample.ids.laneSecond),
        ];
        first.answer = [...(first.answer ?? []), ...(second.answer ?? [])];
        sample.history = sample.history.filter((event) => event !== second);
      },
    ],
    [
      'two of a lane at work at once',
      'one of a lane',
      (sample) => {
        const result = write(sample, 'result', sample.ids.laneFirst);
        Object.assign(result, { from: result.from + milliseconds(300), to: result.to + milliseconds(300) });
      },
    ],
    [
      'one of a lane that was overtaken',
      'order of a lane',
      (sample) => {
        swapTimes(claimOf(sample, sample.ids.laneFirst), claimOf(sample, sample.ids.laneSecond));
      },
    ],
    [
      'two with one key at work at once',
      'one of a key',
      (sample) => {
        const result = write(sample, 'result', sample.ids.keyNew);
        const last = write(sample, 'result', sample.ids.keyNewest);
        for (const late of [result, last]) {
          Object.assign(late, { from: late.from + milliseconds(300), to: late.to + milliseconds(300) });
        }
      },
    ],
    [
      'a command that began although a newer one had taken its place',
      'replaced by key',
      (sample) => {
        proposal(sample, sample.ids.laneFirst).dedupeKey = 'another';
        const newer = proposal(sample, sample.ids.keyOld);
        Object.assign(newer, { dedupeKey: 'another' });
        const { to } = proposal(sample, sample.ids.laneSecond);
        Object.assign(newer, { from: to + 1, to: to + 2 });
      },
    ],
  ]);
});
