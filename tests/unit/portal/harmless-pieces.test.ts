import { describe, expect, it } from '@jest/globals';
import { harmlessLine, harmlessPieces } from '../../../portal/src/parts/harmless-pieces.js';

const labels = (text: string, lines = false): readonly string[] =>
  harmlessPieces(text, { lines }).map((piece) => (piece.kind === 'text' ? piece.text : `[${piece.label}]`));

describe('a text that somebody else wrote', () => {
  it.each([
    ['Rack 1', ['Rack 1']],
    ['', []],
    ['Größe – 東京 – مرحبا', ['Größe – 東京 – مرحبا']],
  ])('stays as it is when nothing in %j acts', (text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  it.each([
    ['a\u202egnp.exe', ['a', '[U+202E]', 'gnp.exe']],
    ['\u2066hidden\u2069', ['[U+2066]', 'hidden', '[U+2069]']],
    ['a\u200bb', ['a', '[U+200B]', 'b']],
    ['a\ufeffb', ['a', '[U+FEFF]', 'b']],
    ['a\u00adb', ['a', '[U+00AD]', 'b']],
    ['a\u2028b', ['a', '[U+2028]', 'b']],
    ['\u001b[31mred', ['[ESC]', '[31mred']],
    ['a\u0000b', ['a', '[NUL]', 'b']],
    ['a\u009bb', ['a', '[U+009B]', 'b']],
    ['a\u{e0041}b', ['a', '[U+E0041]', 'b']],
    ['half \ud800', ['half ', '[U+D800]']],
    ['two\nlines', ['two', '[LF]', 'lines']],
  ])('shows what acts in %j by its number', (text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  it('keeps the lines and tabs of an output, and shows a carriage return that would write over a line', () => {
    expect(labels('one\r\ntwo\tthree', true)).toEqual(['one\ntwo\tthree']);
    expect(labels('ok\rfailed', true)).toEqual(['ok', '[CR]', 'failed']);
  });

  it('leaves emoji together that are joined, and shows a joiner that joins nothing', () => {
    expect(labels('👩‍🔧')).toEqual(['👩‍🔧']);
    expect(labels('a\u200db')).toEqual(['a', '[U+200D]', 'b']);
  });

  it('does not stop the browser with a text that is made of them', () => {
    const pieces = harmlessPieces('\u202e'.repeat(100_000));
    expect(pieces.filter(({ kind }) => kind === 'made_visible')).toHaveLength(2_000);
    expect(pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')).not.toContain('\u202e');
  });

  it('is one plain line where no marks can be shown', () => {
    expect(harmlessLine('a\u202eb')).toBe('a⟨U+202E⟩b');
  });
});
