/** The last of what a claim has put out so far. */
export interface StreamedOutput {
  /** Number of the claim; another one begins anew. */
  readonly attempt: number;
  /** Number of the first piece that is kept; the first of the claim is 1. */
  readonly from: number;
  /** In their order, without a gap. */
  readonly pieces: readonly string[];
}

/** Eight reports of an agent that has as much to say as it may: who looks every second misses none. */
export const mostKeptCharacters = 32_768;
export const mostKeptPieces = 64;
const mostPieceCharacters = 8_192;

/** The output with more of it; what is too much goes from its beginning, and the numbers tell. */
export function withOutput(
  known: StreamedOutput | null,
  attempt: number,
  output: string | null,
): StreamedOutput {
  const before = known?.attempt === attempt ? known : { attempt, from: 1, pieces: [] };
  const pieces = [...before.pieces, ...piecesOf(output ?? '')];
  let characters = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let gone = Math.max(0, pieces.length - mostKeptPieces);
  for (const piece of pieces.slice(0, gone)) characters -= piece.length;
  while (characters > mostKeptCharacters) {
    characters -= pieces[gone]?.length ?? 0;
    gone += 1;
  }
  return { attempt, from: before.from + gone, pieces: pieces.slice(gone) };
}

/** All that came after the piece of this number, as far as it is kept. */
export function piecesAfter({ attempt, from, pieces }: StreamedOutput, after: number): StreamedOutput {
  const seen = Math.min(Math.max(0, after + 1 - from), pieces.length);
  return { attempt, from: from + seen, pieces: pieces.slice(seen) };
}

/** Number of the last piece that came; 0 before the first. */
export const lastPieceOf = ({ from, pieces }: StreamedOutput): number => from + pieces.length - 1;

/** Letting go of all pieces keeps their count. */
export const withoutPieces = (output: StreamedOutput): StreamedOutput =>
  piecesAfter(output, lastPieceOf(output));

function piecesOf(output: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < output.length;) {
    let to = Math.min(from + mostPieceCharacters, output.length);
    // Not between the halves of one character.
    if (to < output.length && isHighSurrogate(output.charCodeAt(to - 1))) to -= 1;
    pieces.push(output.slice(from, to));
    from = to;
  }
  return pieces;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
