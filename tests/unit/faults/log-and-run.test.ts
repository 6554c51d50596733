import { describe } from '@jest/globals';
import type { SessionCall } from '../../faults/history/history-event.js';
import { milliseconds } from './sample-history.js';
import type { Mutable } from './tampering.js';
import { catchesEach, calls, one, relog } from './tampering.js';

describe('the checker, of the log and the run as a whole', () => {
  catchesEach([
    [
      'an attempt that was skipped',
      'log transitions',
      (sample) => {
        relog(sample, sample.ids.plain, 'command.claimed', (entry) => [{ ...entry, data: '{"attempt":2}' }]);
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
  ]);
});
