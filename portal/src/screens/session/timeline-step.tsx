import { HarmlessText } from '../../parts/harmless-text.js';
import { ClockMoment } from '../../parts/clock-moment.js';
import { entryWords } from './entry-words.js';
import type { TimelineEntry } from './timeline-entries.js';

/** One entry of the log: when, who, what. */
export function TimelineStep({ entry, who }: { readonly entry: TimelineEntry; readonly who: string }) {
  const { what, note } = entryWords(entry);
  return (
    <div class="grid grid-cols-[auto_1fr] gap-x-3">
      <span class="quiet text-sm pt-px">
        <ClockMoment at={entry.at} />
      </span>
      <p class="min-w-0">
        <span class="font-medium">
          <HarmlessText text={who} />
        </span>{' '}
        {what}
        {note !== null && (
          <>
            : <HarmlessText text={note} />
          </>
        )}
      </p>
    </div>
  );
}
