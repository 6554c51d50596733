import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Link } from '../../place/link.js';
import { query, replaceQuery } from '../../place/place.js';
import { DeviceList, statuses } from './device-list.js';
import { DeviceRow } from './device-row.js';

/** Every device of the customer, how it stands now, and the way to each. */
export function DevicesScreen() {
  usePageTitle('Devices');
  const { api, live, role } = useWorkplace();
  const q = query.value.get('q') ?? '';
  const label = query.value.get('label') ?? '';
  const status = query.value.get('status') ?? '';
  const list = useMemo(() => new DeviceList(api, { q, label, status }), [api, q, label, status]);
  useEffect(() => {
    void list.look();
    return list.listen(live);
  }, [list]);
  const mayAdd = mayActAs(role, 'admin');
  const isSearch = q !== '' || label !== '' || status !== '';
  const items = list.items.value;
  return (
    <div class="space-y-3">
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 class="text-xl font-semibold grow">Devices</h1>
        {mayAdd && (
          <Link href="/devices/add" class="btn btn-primary btn-sm">
            Add a device
          </Link>
        )}
      </div>
      <Search q={q} status={status} label={label} />
      {list.error.value !== null && <ProblemNotice error={list.error.value} retry={() => void list.look()} />}
      {items === null && list.error.value === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={6} />
        </div>
      )}
      {items !== null && items.length > 0 && (
        <ul class="panel divide-y divide-base-300" aria-label="Devices">
          {items.map((device) => (
            <DeviceRow key={device.id} device={device} />
          ))}
        </ul>
      )}
      {items?.length === 0 && (isSearch ? <NothingFits /> : <NoDevices mayAdd={mayAdd} />)}
      {list.nextCursor.value !== null && (
        <button
          type="button"
          class="btn btn-sm"
          disabled={list.isLoadingMore.value}
          onClick={() => void list.more()}
        >
          Show more devices
        </button>
      )}
      <p role="status" class="sr-only">
        {items === null ? '' : `${String(items.length)} devices are shown`}
      </p>
    </div>
  );
}

/** After the last key, so that a word is one question. */
const typingRestMs = 250;

function Search({
  q,
  status,
  label,
}: {
  readonly q: string;
  readonly status: string;
  readonly label: string;
}) {
  const typed = useSignal(q);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
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
        placeholder="Id, name or location"
        maxLength={200}
        value={typed.value}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => replaceQuery({ q: currentTarget.value.trim() }), typingRestMs);
        }}
      />
      <select
        class="select select-sm w-44"
        aria-label="State"
        value={status}
        onChange={({ currentTarget }) => replaceQuery({ status: currentTarget.value })}
      >
        <option value="">Every state</option>
        {statuses.map((each) => (
          <option key={each} value={each}>
            {each === 'never' ? 'never seen' : each}
          </option>
        ))}
      </select>
      {label !== '' && (
        <button type="button" class="btn btn-sm" onClick={() => replaceQuery({ label: '' })}>
          <span class="sr-only">No longer only label </span>
          <HarmlessText text={label} />
          <span aria-hidden="true">✕</span>
        </button>
      )}
    </form>
  );
}

function NothingFits() {
  return (
    <div class="panel p-6 space-y-2">
      <p>No device fits this search.</p>
      <Link href="/devices" class="btn btn-sm">
        Show every device
      </Link>
    </div>
  );
}

function NoDevices({ mayAdd }: { readonly mayAdd: boolean }) {
  return (
    <div class="panel p-6 space-y-3 max-w-2xl">
      <h2 class="text-lg font-semibold">No device yet</h2>
      <p>
        A device is a machine in the field that runs the agent. Add one, start its agent with the code that
        you get, and it appears here by itself.
      </p>
      {mayAdd ? (
        <Link href="/devices/add" class="btn btn-primary">
          Add a device
        </Link>
      ) : (
        <p class="quiet">Only an admin adds devices. Ask one of this customer.</p>
      )}
    </div>
  );
}
