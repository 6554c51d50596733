import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Names } from '../../customer/thing-names.js';
import { ClockMoment } from '../../parts/clock-moment.js';
import { HarmlessOutput, HarmlessText } from '../../parts/harmless-text.js';
import { Link } from '../../place/link.js';
import { query } from '../../place/place.js';
import type { SentencePart } from './entry-sentences.js';
import { sentenceOf } from './entry-sentences.js';
import { isNotable } from './entry-weight.js';
import type { LogEntry } from './log-entry.js';
import { nameOf } from './log-entry.js';

interface EntryRowProps {
  readonly entry: LogEntry;
  readonly names: Names;
  /** The day that begins with this entry; null within a day. */
  readonly day: string | null;
}

/** One entry: what happened, in a sentence, and when; on demand all that was written down. */
export function EntryRow({ entry, names, day }: EntryRowProps) {
  const isOpen = useSignal(false);
  const details = useId();
  return (
    <li>
      {day !== null && (
        <h2 class="px-3 sm:px-4 py-1.5 text-sm font-semibold quiet bg-base-200 border-b border-base-300">
          {day}
        </h2>
      )}
      <div
        class={`px-3 sm:px-4 py-2 border-l-2 ${isNotable(entry) ? 'border-l-error' : 'border-l-transparent'}`}
      >
        <div class="grid grid-cols-[1fr_auto] sm:grid-cols-[4rem_1fr_8.5rem_auto] gap-x-4 gap-y-0.5 items-baseline">
          <span class="quiet text-sm tabular-nums order-3 sm:order-none">
            <span class="sr-only">Entry </span>
            {entry.seq}
            <span class="sm:hidden">
              {' · '}
              <ClockMoment at={entry.at} />
            </span>
          </span>
          <p class="min-w-0">
            <Sentence entry={entry} names={names} />
          </p>
          <span class="quiet text-sm text-right hidden sm:inline">
            <ClockMoment at={entry.at} />
          </span>
          <button
            type="button"
            class="btn btn-ghost btn-xs min-h-6"
            aria-expanded={isOpen.value}
            aria-controls={details}
            onClick={() => (isOpen.value = !isOpen.value)}
          >
            Details<span class="sr-only"> of entry {entry.seq}</span>
          </button>
        </div>
        <div id={details} hidden={!isOpen.value}>
          {isOpen.value && <EntryDetails entry={entry} names={names} />}
        </div>
      </div>
    </li>
  );
}

function Sentence({ entry, names }: { readonly entry: LogEntry; readonly names: Names }) {
  return (
    <>
      {sentenceOf(entry).map((part, index) => (
        <Part key={index} part={part} names={names} isFirst={index === 0} />
      ))}
      .
    </>
  );
}

interface PartProps {
  readonly part: SentencePart;
  readonly names: Names;
  readonly isFirst: boolean;
}

function Part({ part, names, isFirst }: PartProps) {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'value':
      return (
        <span class="font-medium">
          <HarmlessText text={part.text} />
        </span>
      );
    default: {
      const name = nameOf(part.party, names);
      const shown = isFirst && name.startsWith('the ') ? `T${name.slice(1)}` : name;
      return (
        <Link href={filterHref(part.kind, part.party.id)} class="plain-link font-medium">
          <HarmlessText text={isFirst && name.startsWith('a ') ? `A${name.slice(1)}` : shown} />
        </Link>
      );
    }
  }
}

/** What is filtered by already stays; from which entry on does not. */
function filterHref(by: 'actor' | 'subject', id: string): string {
  const wanted = new URLSearchParams(query.value);
  wanted.delete('from');
  wanted.set(by, id);
  return `/activity?${wanted.toString()}`;
}

function EntryDetails({ entry, names }: { readonly entry: LogEntry; readonly names: Names }) {
  const { actor, subject, data, kind, requestId, at, seq } = entry;
  const deviceId = subject.kind === 'device' ? subject.id : data['deviceId'];
  const rows = [
    ['Kind', kind],
    ['By', `${nameOf(actor, names)} (${actor.kind} ${actor.id})`],
    ['About', `${nameOf(subject, names)} (${subject.kind} ${subject.id})`],
    ['At', at],
    ['Request', requestId ?? 'none: the gateway did it by itself'],
  ] as const;
  return (
    <div class="pt-2 pb-1 space-y-2">
      <dl class="grid grid-cols-[4.5rem_1fr] gap-x-4 gap-y-0.5 text-sm">
        {rows.map(([name, value]) => (
          <div key={name} class="contents">
            <dt class="quiet">{name}</dt>
            <dd class="min-w-0 font-mono select-all [overflow-wrap:anywhere]">
              <HarmlessText text={value} />
            </dd>
          </div>
        ))}
      </dl>
      {Object.keys(data).length > 0 && (
        <HarmlessOutput text={JSON.stringify(data, null, 2)} label={`Data of entry ${seq}`} />
      )}
      <p class="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {typeof deviceId === 'string' && (
          <Link href={`/devices/${encodeURIComponent(deviceId)}`} class="plain-link">
            Go to the device
          </Link>
        )}
        <Link href={`/activity?from=${Math.max(1, seq - 3)}`} class="plain-link">
          Show what stands around it
        </Link>
      </p>
    </div>
  );
}
