import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { standingWord } from '../../parts/connection-state.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { replaceQuery } from '../../place/place.js';
import type { DeviceSearch } from './device-list.js';
import type { Standing } from './device-order.js';
import { standings } from './device-order.js';

/** After the last key, so that a word is one question. */
const typingRestMs = 250;

interface SearchProps extends DeviceSearch {
  /** How many stand in each way; null when not all of them are known. */
  readonly census: ReadonlyMap<Standing, number> | null;
}

/** Narrows the list down: by words, by how devices stand, by a label. */
export function Search({ q, status, label, census }: SearchProps) {
  const typed = useSignal(q);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    // By another way than the field: a link, or going back.
    if (typed.peek().trim() !== q) typed.value = q;
  }, [q]);
  return (
    <form
      class="flex flex-wrap items-center gap-2"
      role="search"
      onSubmit={(event) => event.preventDefault()}
    >
      <input
        class="input input-sm w-full sm:w-80"
        type="search"
        aria-label="Search by id, name or location"
        aria-keyshortcuts="/"
        placeholder="Id, name or location"
        maxLength={200}
        value={typed.value}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => replaceQuery({ q: currentTarget.value.trim() }), typingRestMs);
        }}
      />
      {label !== '' && (
        <button type="button" class="btn btn-sm max-w-full" onClick={() => replaceQuery({ label: '' })}>
          <span class="sr-only">No longer only label </span>
          <span class="truncate">
            <HarmlessText text={label} />
          </span>
          <span aria-hidden="true">✕</span>
        </button>
      )}
      <div role="group" aria-label="State" class="flex flex-wrap gap-1">
        <StandingChoice
          words="All"
          count={census === null ? null : sum(census.values())}
          isChosen={status === ''}
          choose={() => replaceQuery({ status: '' })}
        />
        {standings
          .filter((each) => census === null || census.has(each) || each === status)
          .map((each) => (
            <StandingChoice
              key={each}
              words={standingWord(each)}
              count={census === null ? null : (census.get(each) ?? 0)}
              isChosen={status === each}
              choose={() => replaceQuery({ status: status === each ? '' : each })}
            />
          ))}
      </div>
    </form>
  );
}

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0);

interface StandingChoiceProps {
  readonly words: string;
  readonly count: number | null;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

function StandingChoice({ words, count, isChosen, choose }: StandingChoiceProps) {
  return (
    <button type="button" class="choice-chip" aria-pressed={isChosen} onClick={choose}>
      {words} {count !== null && <span class="tabular-nums font-semibold">{count}</span>}
    </button>
  );
}
