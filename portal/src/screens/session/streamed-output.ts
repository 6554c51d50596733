/** What was heard of the output of a command that runs. `at` of the newest piece, as the gateway wrote it. */
export interface StreamedOutput {
  readonly attempt: number;
  readonly at: string;
  readonly text: string;
}

export interface OutputPiece {
  readonly attempt: number;
  readonly output: string | null;
  readonly at: string | null;
}

/** Beyond that the oldest is let go: all of it comes with the result. */
const mostCharacters = 65_536;

/**
 * The output with one more piece of it. A device sends what is new since its last piece, and the gateway keeps the
 * last one only, so that a piece may be told twice, or never. Another attempt begins anew.
 */
export function withPiece(
  known: StreamedOutput | undefined,
  { attempt, output, at }: OutputPiece,
): StreamedOutput | undefined {
  if (output === null || output === '' || at === null) return known;
  if (known === undefined || attempt > known.attempt) return { attempt, at, text: output };
  if (attempt < known.attempt || at <= known.at) return known;
  return { attempt, at, text: (known.text + output).slice(-mostCharacters) };
}
