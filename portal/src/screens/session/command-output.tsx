import { HarmlessOutput } from '../../parts/harmless-text.js';
import type { StreamedOutput } from './streamed-output.js';
import { stretchesOf } from './streamed-output.js';

interface CommandOutputProps {
  /** What came with the result; null: nothing did, or there is none yet. */
  readonly whole: string | null;
  /** What was heard under the latest claim. */
  readonly stream: StreamedOutput | null;
  readonly over: boolean;
  readonly label: string;
}

/** What a command has put out: all of it, or as far as it was heard. */
export function CommandOutput({ whole, stream, over, label }: CommandOutputProps) {
  if (whole !== null) return whole === '' ? null : <HarmlessOutput text={whole} label={label} />;
  const stretches = stream === null ? [] : stretchesOf(stream);
  if (stretches.length === 0) return null;
  return (
    <div class="space-y-1">
      {stretches.map(({ from, missing, text }, index) => (
        <div key={from} class="space-y-1">
          {missing > 0 && <p class="quiet text-sm">{missingWords(missing, index === 0)}</p>}
          <HarmlessOutput
            text={text}
            label={index === 0 ? label : `${label}, from piece ${String(from)} on`}
            isGrowing={!over && index === stretches.length - 1}
          />
        </div>
      ))}
      <p class="quiet text-sm">{pieceWords(over)}</p>
    </div>
  );
}

const missingWords = (count: number, isFirst: boolean): string =>
  `${count === 1 ? '1 piece' : `${String(count)} pieces`} ${isFirst ? 'earlier' : 'between'} ${count === 1 ? 'is' : 'are'} not kept.`;

const pieceWords = (over: boolean): string =>
  over
    ? 'This was heard while it ran; no output came with its end.'
    : 'As far as it was heard. All of it comes with the result.';
