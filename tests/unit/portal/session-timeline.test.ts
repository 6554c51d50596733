import { describe, expect, it } from '@jest/globals';
import { withPiece } from '../../../portal/src/screens/session/streamed-output.js';
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
  const piece = (second: number, output: string | null, attempt = 1) => ({
    attempt,
    output,
    at: `2026-05-04T10:00:0${String(second)}.000Z`,
  });

  it('grows by each piece, and takes no piece twice', () => {
    let known = withPiece(undefined, piece(1, 'one '));
    known = withPiece(known, piece(2, 'two '));
    known = withPiece(known, piece(2, 'two '));
    known = withPiece(known, piece(1, 'one '));
    expect(known?.text).toBe('one two ');
  });

  it('is not touched by progress without output', () => {
    const known = withPiece(undefined, piece(1, 'one '));
    expect(withPiece(known, piece(2, null))).toBe(known);
  });

  it('begins anew with another attempt, and hears no more of the one before', () => {
    let known = withPiece(undefined, piece(1, 'one '));
    known = withPiece(known, piece(3, 'again ', 2));
    known = withPiece(known, piece(4, 'late ', 1));
    expect(known?.text).toBe('again ');
  });

  it('lets the oldest go when it grows too long', () => {
    const known = withPiece(withPiece(undefined, piece(1, 'a'.repeat(65_536))), piece(2, 'end'));
    expect(known?.text).toHaveLength(65_536);
    expect(known?.text.endsWith('aend')).toBe(true);
  });
});
