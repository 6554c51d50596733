/** What came of the output of one claim, in the order of its pieces. */
export interface StreamedOutput {
  readonly attempt: number;
  readonly pieces: readonly NumberedPiece[];
}

interface NumberedPiece {
  /** A claim counts its pieces from 1. */
  readonly number: number;
  readonly text: string;
}

/** Pieces of one claim, numbered from `from` on, as the gateway tells them. */
export interface ToldOutput {
  readonly attempt: number;
  readonly from: number;
  readonly pieces: readonly string[];
}

/** Output without a gap, after a number of pieces that nobody keeps any more. */
export interface OutputStretch {
  /** Number of its first piece. */
  readonly from: number;
  readonly missing: number;
  readonly text: string;
}

/** Beyond that the oldest is let go: all of it comes with the result. */
const mostCharacters = 65_536;
const mostPieces = 1_024;

/** Takes each piece once, whenever it is told and however often. Another attempt begins anew. */
export function withPieces(
  known: StreamedOutput | undefined,
  { attempt, from, pieces }: ToldOutput,
): StreamedOutput | undefined {
  if (known !== undefined && attempt < known.attempt) return known;
  const before = known?.attempt === attempt ? known.pieces : [];
  const has = new Set(before.map(({ number }) => number));
  const fresh = pieces
    .map((text, index) => ({ number: from + index, text }))
    .filter(({ number }) => !has.has(number));
  if (fresh.length === 0 && known?.attempt === attempt) return known;
  const all = [...before, ...fresh].sort((one, other) => one.number - other.number);
  return { attempt, pieces: newest(all) };
}

function newest(pieces: readonly NumberedPiece[]): readonly NumberedPiece[] {
  let first = pieces.length;
  for (let characters = 0; first > 0 && pieces.length - first < mostPieces; first -= 1) {
    characters += pieces[first - 1]?.text.length ?? 0;
    if (characters > mostCharacters) break;
  }
  return pieces.slice(first);
}

/** The output as it is shown: what stands side by side is joined, and what is missing between is counted. */
export function stretchesOf({ pieces }: StreamedOutput): readonly OutputStretch[] {
  const stretches: OutputStretch[] = [];
  let next = 1;
  for (const { number, text } of pieces) {
    const last = stretches.at(-1);
    if (last !== undefined && number === next)
      stretches[stretches.length - 1] = { ...last, text: last.text + text };
    else stretches.push({ from: number, missing: number - next, text });
    next = number + 1;
  }
  return stretches;
}
