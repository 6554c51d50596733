import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Names } from '../../customer/thing-names.js';
import { ThingNames } from '../../customer/thing-names.js';
import { useWorkplace } from '../../customer/workplace.js';
import { dayWords } from '../../parts/clock-moment.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { query, replaceQuery } from '../../place/place.js';
import { ActivityList } from './activity-list.js';
import { EntryRow } from './entry-row.js';
import type { LogEntry } from './log-entry.js';
import { LogTools } from './log-tools.js';

/** The customer's log: who did what, when, and whether the log itself can be relied on. */
export function ActivityScreen() {
  usePageTitle('Activity');
  const { api, live, people } = useWorkplace();
  const subject = query.value.get('subject') ?? '';
  const actor = query.value.get('actor') ?? '';
  const from = seqIn(query.value.get('from') ?? '');
  const list = useMemo(() => new ActivityList(api, { subject, actor }, from), [api, subject, actor, from]);
  const isNamed = useSignal(false);
  const known = useMemo(() => new ThingNames(api), [api]);
  useEffect(() => {
    void list.look();
    return list.listen(live);
  }, [list]);
  const isKnown = useSignal(false);
  useEffect(() => {
    void Promise.allSettled([known.look(), people.known()]).then(() => (isKnown.value = true));
    return known.listen(live);
  }, [known]);
  const found = list.items.value;
  useEffect(() => {
    if (!isKnown.value || found === null) return;
    // A row whose names came later would grow or shrink under the reader.
    const parties = found.flatMap(({ actor, subject }) => [actor, subject]);
    void people.want(parties).then(() => (isNamed.value = true));
  }, [isKnown.value, found]);
  const names = useMemo(
    () => new Map([...known.names.value, ...people.names.value]),
    [known.names.value, people.names.value],
  );
  const items = isNamed.value ? found : null;
  const error = list.error.value;
  return (
    <div class="space-y-3">
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 class="text-xl font-semibold grow">Activity</h1>
        <LogTools />
      </div>
      <Filters {...{ subject, actor, from, names, items }} />
      {error !== null && <ProblemNotice error={error} retry={() => void list.look()} />}
      {items === null && error === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={12} class="h-10" />
        </div>
      )}
      {items !== null && items.length > 0 && (
        <ol
          class="panel divide-y divide-base-300"
          aria-label={`Entries, ${from === null ? 'newest' : 'earliest'} first`}
        >
          {items.map((entry, index) => {
            const day = dayWords(entry.at);
            const before = items[index - 1];
            const isNewDay = before === undefined || dayWords(before.at) !== day;
            return <EntryRow key={entry.seq} entry={entry} names={names} day={isNewDay ? day : null} />;
          })}
        </ol>
      )}
      {items?.length === 0 && <NothingHere />}
      {list.nextCursor.value !== null && (
        <button
          type="button"
          class="btn btn-sm"
          disabled={list.isLoadingMore.value}
          onClick={() => void list.more()}
        >
          {from === null ? 'Show earlier entries' : 'Show later entries'}
        </button>
      )}
    </div>
  );
}

/** An entry's number as people type it; null for what is none. */
const seqIn = (text: string): number | null => {
  const seq = Number(text);
  return text !== '' && Number.isSafeInteger(seq) && seq >= 1 ? seq : null;
};

interface FiltersProps {
  readonly subject: string;
  readonly actor: string;
  readonly from: number | null;
  readonly names: Names;
  readonly items: readonly LogEntry[] | null;
}

function Filters({ subject, actor, from, names, items }: FiltersProps) {
  const place = useSignal('');
  // What is no thing with a name is told by its kind, which the entries know.
  const nameFor = (id: string, by: 'subject' | 'actor'): string => {
    const party = items?.map((entry) => entry[by]).find((each) => each.id === id);
    const unnamed =
      party === undefined || party.kind === 'device' ? id : `${party.kind.replaceAll('_', ' ')} ${id}`;
    return names.get(id) ?? unnamed;
  };
  return (
    <div class="flex flex-wrap items-center gap-2 min-h-8">
      <form
        class="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (seqIn(place.value.trim()) !== null) replaceQuery({ from: place.value.trim() });
        }}
      >
        <label class="flex items-center gap-2">
          From entry
          <input
            class="input input-sm w-24"
            inputMode="numeric"
            pattern="[1-9][0-9]{0,14}"
            title="The number of an entry"
            value={place.value}
            onInput={({ currentTarget }) => (place.value = currentTarget.value)}
          />
        </label>
        <button type="submit" class="btn btn-sm">
          Go
        </button>
      </form>
      {from !== null && (
        <Chip clear={() => replaceQuery({ from: '' })} words="From entry" value={String(from)} />
      )}
      {actor !== '' && (
        <Chip clear={() => replaceQuery({ actor: '' })} words="Only by" value={nameFor(actor, 'actor')} />
      )}
      {subject !== '' && (
        <Chip
          clear={() => replaceQuery({ subject: '' })}
          words="Only about"
          value={nameFor(subject, 'subject')}
        />
      )}
      {from === null && actor === '' && subject === '' && (
        <p class="quiet text-sm">
          Choose a name in an entry to see only what it did, or what was done to it.
        </p>
      )}
    </div>
  );
}

interface ChipProps {
  readonly words: string;
  readonly value: string;
  readonly clear: () => void;
}

function Chip({ words, value, clear }: ChipProps) {
  return (
    <button type="button" class="btn btn-sm max-w-full font-normal" onClick={clear}>
      <span class="sr-only">Take away: </span>
      <span class="truncate">
        {words}{' '}
        <strong>
          <HarmlessText text={value} />
        </strong>
      </span>
      <span aria-hidden="true">✕</span>
    </button>
  );
}

function NothingHere() {
  return (
    <div class="panel p-6 space-y-2">
      <p>Nothing in the log fits this.</p>
      <Link href="/activity" class="btn btn-sm">
        Show everything
      </Link>
    </div>
  );
}
