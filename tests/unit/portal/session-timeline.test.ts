import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stretchesOf, withPieces } from '../../../portal/src/screens/session/streamed-output.js';
import type { TimelineEntry } from '../../../portal/src/screens/session/timeline-entries.js';
import { concerns, merged, timelineBlocks } from '../../../portal/src/screens/session/timeline-entries.js';

const entry = (seq: number, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  seq,
  at: '2026-05-04T10:00:00.000Z',
  kind: 'command.claimed',
  actor: { kind: 'device', id: 'rack-1' },
  subject: { kind: 'command', id: 'command-1' },
  data: { sessionId: 'session-1' },
  ...more,
});
const seqs = (entries: readonly TimelineEntry[]): readonly number[] => entries.map(({ seq }) => seq);

describe('the entries of a timeline', () => {
  it('go on with what is heard after what was read', () => {
    expect(seqs(merged([entry(1), entry(4)], [entry(5), entry(9)]))).toEqual([1, 4, 5, 9]);
  });

  it('stand there once, whether they were read, heard or both', () => {
    const heardFirst = merged([], [entry(8)]);
    const read = merged(heardFirst, [entry(3), entry(5), entry(8)]);
    expect(seqs(read)).toEqual([3, 5, 8]);
    expect(seqs(merged(read, [entry(5), entry(8), entry(10)]))).toEqual([3, 5, 8, 10]);
  });

  it('stand in the order of the log, in whatever order they came', () => {
    expect(seqs(merged([entry(7)], [entry(9), entry(2)]))).toEqual([2, 7, 9]);
  });

  it('stay the same list when nothing has come', () => {
    const known = [entry(1)];
    expect(merged(known, [])).toBe(known);
  });

  it('are those of the session and of its commands, and no others', () => {
    const opened = entry(1, { subject: { kind: 'session', id: 'session-1' }, data: { deviceId: 'rack-1' } });
    expect(concerns(opened, 'session-1')).toBe(true);
    expect(concerns(entry(2), 'session-1')).toBe(true);
    expect(concerns(entry(3, { data: { deviceId: 'rack-1' } }), 'session-1')).toBe(false);
    expect(concerns(opened, 'session-2')).toBe(false);
  });

  it('are told by command, each command where it was first heard of', () => {
    const session = { subject: { kind: 'session', id: 'session-1' } };
    const other = { subject: { kind: 'command', id: 'command-2' } };
    const blocks = timelineBlocks([
      entry(1, session),
      entry(2),
      entry(3, other),
      entry(4),
      entry(5, session),
      entry(6, other),
    ]);
    expect(blocks.map(({ key }) => key)).toEqual(['1', 'command-1', 'command-2', '5']);
    expect(blocks.map((block) => (block.kind === 'command' ? seqs(block.entries) : block.entry.seq))).toEqual(
      [1, [2, 4], [3, 6], 5],
    );
  });
});

describe('the output of a command that runs', () => {
  const told = (from: number, pieces: readonly string[], attempt = 1) => ({ attempt, from, pieces });
  const heard = (...all: readonly ReturnType<typeof told>[]) =>
    all.reduce<ReturnType<typeof withPieces>>(withPieces, undefined);
  const shown = (output: ReturnType<typeof withPieces>) =>
    output === undefined ? [] : stretchesOf(output).map(({ missing, text }) => [missing, text]);

  it('grows by each piece, takes no piece twice, and puts a late one where it belongs', () => {
    const known = heard(
      told(1, ['one ']),
      told(3, ['three ']),
      told(1, ['one ', 'two ']),
      told(3, ['three ', 'four']),
    );
    expect(shown(known)).toEqual([[0, 'one two three four']]);
  });

  it('is the same in whichever order and however often its pieces are told', () => {
    const pieces = Array.from({ length: 12 }, (_, index) => `${index}\n`);
    const stretch = fc
      .tuple(fc.nat({ max: 11 }), fc.nat({ max: 12 }))
      .map(([start, length]) => told(start + 1, pieces.slice(start, start + length)));
    fc.assert(
      fc.property(fc.array(stretch), (some) => {
        const known = heard(...some, told(1, pieces));
        expect(shown(known)).toEqual([[0, pieces.join('')]]);
      }),
    );
  });

  it('says how much of it nobody keeps any more, before it and within it', () => {
    const known = heard(told(4, ['four ', 'five ']), told(9, ['nine']));
    expect(shown(known)).toEqual([
      [3, 'four five '],
      [3, 'nine'],
    ]);
  });

  it('is not touched by progress without output', () => {
    const known = heard(told(1, ['one ']));
    expect(withPieces(known, told(2, []))).toBe(known);
  });

  it('begins anew with another attempt, and hears no more of the one before', () => {
    const known = heard(told(1, ['one ']), told(1, ['again '], 2), told(2, ['late '], 1));
    expect(shown(known)).toEqual([[0, 'again ']]);
  });

  it('lets the oldest pieces go when it grows too long, and counts them', () => {
    const long = Array.from({ length: 9 }, (_, index) => String(index).repeat(8_192));
    expect(shown(heard(told(1, long)))).toEqual([[1, long.slice(1).join('')]]);
    expect(
      shown(
        heard(
          told(
            1,
            Array.from({ length: 1_030 }, () => '.'),
          ),
        ),
      ),
    ).toEqual([[6, '.'.repeat(1_024)]]);
  });
});
