import type { Piece } from './harmless-pieces.js';
import { harmlessPieces } from './harmless-pieces.js';

/** One line that somebody else wrote: a name, a place, a reason. Nothing in it can act. */
export function HarmlessText({ text }: { readonly text: string }) {
  return (
    <bdi class="[overflow-wrap:anywhere]">
      <Pieces pieces={harmlessPieces(text)} />
    </bdi>
  );
}

/** What a device put out, over several lines. */
export function HarmlessOutput({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <pre class="output" tabIndex={0} role="region" aria-label={label}>
      <Pieces pieces={harmlessPieces(text, { lines: true })} />
    </pre>
  );
}

function Pieces({ pieces }: { readonly pieces: readonly Piece[] }) {
  return (
    <>
      {pieces.map((piece) =>
        piece.kind === 'text' ? (
          piece.text
        ) : (
          <span class="made-visible" title={piece.name}>
            {piece.label}
          </span>
        ),
      )}
    </>
  );
}
