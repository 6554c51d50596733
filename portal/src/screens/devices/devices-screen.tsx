import { useEffect, useMemo } from 'preact/hooks';
import { deviceAt } from '../../customer/device-now.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { now } from '../../parts/moment.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { query } from '../../place/place.js';
import { DeviceList } from './device-list.js';
import { censusOf, isStanding, orderIn, standingOf } from './device-order.js';
import { Search } from './device-search.js';
import { DeviceTable } from './device-table.js';

/** Every device of the customer, how it stands now, and the way to each. */
export function DevicesScreen() {
  usePageTitle('Devices');
  const { api, live, role } = useWorkplace();
  const q = query.value.get('q') ?? '';
  const label = query.value.get('label') ?? '';
  const wanted = query.value.get('status') ?? '';
  const status = isStanding(wanted) ? wanted : '';
  const order = orderIn(query.value.get('order') ?? '');
  const list = useMemo(() => new DeviceList(api), [api]);
  useEffect(() => list.search({ q, label, status }), [list, q, label, status]);
  useEffect(() => list.listen(live), [list]);
  const mayAdd = mayActAs(role, 'admin');
  const isSearch = q !== '' || label !== '' || status !== '';
  // As they stand at this moment: nobody tells that nothing was heard.
  const known = list.items.value?.map((device) => deviceAt(device, api.at(now()))) ?? null;
  const isWhole = list.isWhole.value;
  const items =
    known !== null && isWhole && status !== ''
      ? known.filter((device) => standingOf(device) === status)
      : known;
  const census = known === null || isWhole ? censusOf(known ?? []) : null;
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
      {(isSearch || known?.length !== 0) && <Search {...{ q, status, label, census }} />}
      {list.error.value !== null && <ProblemNotice error={list.error.value} retry={() => void list.look()} />}
      {items === null && list.error.value === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={6} />
        </div>
      )}
      {items !== null && items.length > 0 && (
        <DeviceTable devices={items} order={order} isOrderable={isWhole} />
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
