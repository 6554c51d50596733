import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Piece } from './harmless-pieces.js';
import { harmlessPieces } from './harmless-pieces.js';

/** So near to its end, in pixels, somebody reads the end of an output. */
const nearPx = 24;

/** One line that somebody else wrote: a name, a place, a reason. Nothing in it can act. */
export function HarmlessText({ text }: { readonly text: string }) {
  return (
    <bdi class="[overflow-wrap:anywhere]">
      <Pieces pieces={harmlessPieces(text)} />
    </bdi>
  );
}

interface HarmlessOutputProps {
  readonly text: string;
  readonly label: string;
  /** Whether more may come: whoever reads its end is kept there, and whoever scrolled away is left where they are. */
  readonly isGrowing?: boolean;
}

/** What a device put out, over several lines. */
export function HarmlessOutput({ text, label, isGrowing = false }: HarmlessOutputProps) {
  const box = useRef<HTMLPreElement>(null);
  const heightBefore = useRef(0);
  useLayoutEffect(() => {
    if (box.current === null) return;
    const { scrollTop, clientHeight, scrollHeight } = box.current;
    // Where they were before it grew, and not where a scroll event last said so: that comes a moment late.
    const wasAtEnd = scrollTop + clientHeight >= heightBefore.current - nearPx;
    heightBefore.current = scrollHeight;
    if (isGrowing && wasAtEnd) box.current.scrollTop = scrollHeight;
  }, [text, isGrowing]);
  return (
    <pre ref={box} class="output" tabIndex={0} role="region" aria-label={label}>
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
