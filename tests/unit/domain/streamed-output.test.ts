import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StreamedOutput } from '../../../src/domain/command/streamed-output.js';
import {
  lastPieceOf,
  mostKeptCharacters,
  mostKeptPieces,
  piecesAfter,
  withOutput,
  withoutPieces,
} from '../../../src/domain/command/streamed-output.js';

const streamed = (reports: readonly (string | null)[], attempt = 1, known: StreamedOutput | null = null) =>
  reports.reduce<StreamedOutput>(
    (output, report) => withOutput(output, attempt, report),
    known ?? { attempt, from: 1, pieces: [] },
  );
const reports = fc.array(
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constant(null),
    fc.integer({ min: 1, max: 40_000 }).map((length) => '\u{1f4e1}'.repeat(length / 2) + 'x'),
  ),
  { maxLength: 100 },
);

describe('what is kept of streamed output', () => {
  it('is its end, in order and without a gap, and never more than the limits', () => {
    fc.assert(
      fc.property(reports, (some) => {
        const { from, pieces } = streamed(some);
        const all = some.join('');
        expect(all.endsWith(pieces.join(''))).toBe(true);
        expect(pieces.length).toBeLessThanOrEqual(mostKeptPieces);
        expect(pieces.join('').length).toBeLessThanOrEqual(mostKeptCharacters);
        expect(pieces.every((piece) => piece.isWellFormed() && piece !== '')).toBe(true);
        if (from === 1) expect(pieces.join('')).toBe(all);
      }),
    );
  });

  it('counts every piece once, whether it is kept or not', () => {
    const output = streamed(Array.from({ length: 100 }, (_, index) => `${index + 1},`));
    expect(output).toMatchObject({ from: 37 });
    expect(output.pieces).toHaveLength(64);
    expect(output.pieces.at(0)).toBe('37,');
    expect(lastPieceOf(output)).toBe(100);
  });

  it('is in pieces that can be let go one by one, however much comes at once', () => {
    const output = streamed(['x'.repeat(262_144)]);
    expect(output).toEqual({ attempt: 1, from: 29, pieces: Array(4).fill('x'.repeat(8_192)) });
  });

  it('is not touched by progress that puts nothing out', () => {
    const output = streamed(['one', null, '', 'two']);
    expect(output).toEqual({ attempt: 1, from: 1, pieces: ['one', 'two'] });
  });

  it('begins anew with another claim', () => {
    expect(streamed(['again'], 2, streamed(['one', 'two']))).toEqual({
      attempt: 2,
      from: 1,
      pieces: ['again'],
    });
    expect(withOutput(streamed(['one']), 2, null)).toEqual({ attempt: 2, from: 1, pieces: [] });
  });

  it('comes to who looks now and then without a hole, as long as they look before it is let go', () => {
    const steps = fc.array(fc.tuple(fc.string({ maxLength: 400 }), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (some) => {
        let output = streamed([]);
        let seen = 0;
        let read = '';
        for (const [report, looks] of [...some, ['', true] as const]) {
          output = withOutput(output, 1, report);
          if (!looks) continue;
          const news = piecesAfter(output, seen);
          expect(news.from).toBe(seen + 1);
          read += news.pieces.join('');
          seen = lastPieceOf(news);
        }
        expect(read).toBe(some.map(([report]) => report).join(''));
      }),
    );
  });

  it('tells by the number of its first piece what came too early for who looks late', () => {
    const output = streamed(Array.from({ length: 70 }, (_, index) => String(index + 1)));
    expect(piecesAfter(output, 3)).toEqual(output);
    expect(piecesAfter(output, 69)).toEqual({ attempt: 1, from: 70, pieces: ['70'] });
    expect(piecesAfter(output, 70)).toEqual({ attempt: 1, from: 71, pieces: [] });
    expect(piecesAfter(output, 500)).toEqual({ attempt: 1, from: 71, pieces: [] });
  });

  it('leaves its count behind when it is let go', () => {
    expect(withoutPieces(streamed(['one', 'two']))).toEqual({ attempt: 1, from: 3, pieces: [] });
  });
});
