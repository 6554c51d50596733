/** A part of a text: shown as it is, or a character that would act instead of being seen. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'made_visible'; readonly label: string; readonly name: string };

/**
 * Control characters, formatting ones (direction marks, zero-width ones, tags), separators of lines that are none, and
 * halves of characters. Line breaks and tabs are dealt with apart.
 */
const acting = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const actingOnes = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Joins one emoji to the next, and does nothing else there. */
const joined = /\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?\u200d(?=\p{Extended_Pictographic})/gu;

const names: Readonly<Record<string, string>> = {
  '\u0000': 'NUL',
  '\u0007': 'BEL',
  '\b': 'BS',
  '\t': 'TAB',
  '\n': 'LF',
  '\r': 'CR',
  '\u001b': 'ESC',
  '\u007f': 'DEL',
};

/** So many are shown by their numbers; a text that is made of them would stop the browser. */
const mostVisible = 2_000;

/**
 * Takes a text of a device, a stranger or a program apart, so that nothing in it acts: it cannot turn the direction of
 * what stands around it, hide a part of itself, or look like another text. `lines`: line breaks and tabs may stay.
 */
export function harmlessPieces(
  text: string,
  { lines = false }: { readonly lines?: boolean } = {},
): readonly Piece[] {
  const given = lines ? text.replaceAll('\r\n', '\n') : text;
  if (!acting.test(given)) return given === '' ? [] : [{ kind: 'text', text: given }];
  const allowed = new Set([...given.matchAll(joined)].map((match) => match.index + match[0].length - 1));
  const pieces: Piece[] = [];
  let shownUpTo = 0;
  let count = 0;
  const show = (end: number): void => {
    if (end > shownUpTo) pieces.push({ kind: 'text', text: given.slice(shownUpTo, end) });
  };
  for (const { 0: character, index } of given.matchAll(actingOnes)) {
    if (allowed.has(index) || (lines && (character === '\n' || character === '\t'))) continue;
    show(index);
    shownUpTo = index + character.length;
    count += 1;
    pieces.push(count > mostVisible ? { kind: 'text', text: '\ufffd' } : madeVisible(character));
  }
  show(given.length);
  return pieces;
}

function madeVisible(character: string): Piece {
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return {
    kind: 'made_visible',
    label: names[character] ?? number,
    name: `the character ${number}, which cannot be seen`,
  };
}

/** For places that hold plain text alone, such as the title of the page. */
export const harmlessLine = (text: string): string =>
  harmlessPieces(text)
    .map((piece) => (piece.kind === 'text' ? piece.text : `\u27e8${piece.label}\u27e9`))
    .join('');
