import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useWorkplace } from '../../customer/workplace.js';
import { harmlessLine } from '../../parts/harmless-pieces.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { query, replaceQuery } from '../../place/place.js';
import { exportActivity } from './activity-export.js';
import { ActivityLine } from './activity-line.js';
import { ActivityLog } from './activity-log.js';

/** The log of everything that happened, which nobody can change unseen. */
export function ActivityScreen() {
  usePageTitle('Activity');
  const { api, live } = useWorkplace();
  const subject = query.value.get('subject') ?? '';
  const actor = query.value.get('actor') ?? '';
  const log = useMemo(() => new ActivityLog(api, live, { subject, actor }), [api, live, subject, actor]);
  useEffect(() => {
    void log.look();
    return log.listen();
  }, [log]);
  const entries = log.entries.value;
  return (
    <div class="space-y-3 max-w-5xl">
      <h1 class="text-xl font-semibold">Activity</h1>
      <Filter subject={subject} actor={actor} />
      <Proofs />
      {log.error.value !== null && <ProblemNotice error={log.error.value} retry={() => void log.look()} />}
      {entries === null && log.error.value === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={12} class="h-9" />
        </div>
      )}
      {entries?.length === 0 && (
        <p class="panel p-4">No entry fits. Correct the id, or leave the fields empty.</p>
      )}
      {entries !== null && entries.length > 0 && (
        <ol class="panel divide-y divide-base-300" aria-label="What happened, the newest first">
          {entries.map((entry) => (
            <ActivityLine key={entry.seq} entry={entry} />
          ))}
        </ol>
      )}
      {log.hasMore.value && (
        <button type="button" class="btn btn-sm" disabled={log.isBusy.value} onClick={() => void log.more()}>
          {log.isFiltered ? 'Read on: there is more' : 'Show older entries'}
        </button>
      )}
    </div>
  );
}

const typingRestMs = 400;

function Filter({ subject, actor }: { readonly subject: string; readonly actor: string }) {
  const { people } = useWorkplace();
  const typed = useSignal(subject);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const names = [...people.names.value].sort(([, one], [, other]) => one.localeCompare(other));
  return (
    <form class="flex flex-wrap gap-2" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="block space-y-1">
        <span class="block text-sm">About (an id)</span>
        <input
          class="input input-sm w-full sm:w-72 font-mono"
          maxLength={200}
          autocomplete="off"
          spellcheck={false}
          value={typed.value}
          onInput={({ currentTarget }) => {
            typed.value = currentTarget.value;
            clearTimeout(timer.current);
            timer.current = setTimeout(
              () => replaceQuery({ subject: currentTarget.value.trim() }),
              typingRestMs,
            );
          }}
        />
      </label>
      <label class="block space-y-1">
        <span class="block text-sm">By</span>
        <select
          class="select select-sm w-48"
          value={actor}
          onChange={({ currentTarget }) => replaceQuery({ actor: currentTarget.value })}
        >
          <option value="">Anybody</option>
          {names.map(([id, name]) => (
            <option key={id} value={id}>
              {harmlessLine(name)}
            </option>
          ))}
          <option value="gateway">The gateway</option>
        </select>
      </label>
    </form>
  );
}

/** Whether the log is whole, and a copy of it to keep. */
function Proofs() {
  const { api, customerId } = useWorkplace();
  const said = useSignal('');
  const isBroken = useSignal(false);
  const error = useSignal<unknown>(null);
  const isBusy = useSignal(false);
  const ending = useRef(new AbortController());
  useEffect(() => () => ending.current.abort(), []);
  const carefully = async (work: () => Promise<void>): Promise<void> => {
    isBusy.value = true;
    error.value = null;
    try {
      await work();
    } catch (refused) {
      if (!ending.current.signal.aborted) error.value = refused;
      said.value = '';
    } finally {
      isBusy.value = false;
    }
  };
  const verify = (): Promise<void> =>
    carefully(async () => {
      said.value = 'Recomputing every hash …';
      const { ok, entries, brokenAt } = await api.call('get', '/api/v1/customer/activity/verify', {});
      isBroken.value = !ok;
      said.value = ok
        ? `The chain of all ${entries.toLocaleString()} entries holds.`
        : `The chain is broken at entry ${String(brokenAt)}: tell whoever runs this gateway.`;
    });
  const save = (): Promise<void> =>
    carefully(async () => {
      isBroken.value = false;
      const told = (count: number) => (said.value = `Read ${count.toLocaleString()} entries …`);
      const blob = await exportActivity(api, customerId, told, ending.current.signal);
      const address = URL.createObjectURL(blob);
      const link = document.createElement('a');
      link.href = address;
      link.download = `fieldgate-activity-${customerId}.jsonl`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      said.value = 'Saved. `fieldgate activity verify` checks such a file without a gateway.';
    });
  return (
    <div class="space-y-2">
      <div class="flex flex-wrap items-center gap-2">
        <button type="button" class="btn btn-sm" disabled={isBusy.value} onClick={() => void verify()}>
          Verify the chain
        </button>
        <button type="button" class="btn btn-sm" disabled={isBusy.value} onClick={() => void save()}>
          Export
        </button>
        <p
          role="status"
          class={`text-sm max-sm:min-h-10 ${isBroken.value ? 'text-error font-semibold' : ''}`}
        >
          {said.value}
        </p>
      </div>
      {error.value !== null && <ProblemNotice error={error.value} />}
    </div>
  );
}
