import { useMemo } from 'preact/hooks';
import type { Device } from '../../api/things.js';
import { replaceQuery } from '../../place/place.js';
import type { Column, Order } from './device-order.js';
import { ordered, standingOf, turnedOrder } from './device-order.js';
import { DeviceRow } from './device-row.js';

interface DeviceTableProps {
  readonly devices: readonly Device[];
  readonly order: Order;
  /** Of a part of the devices any other order than the gateway's would tell a lie. */
  readonly isOrderable: boolean;
}

export function DeviceTable({ devices, order, isOrderable }: DeviceTableProps) {
  const standing = devices.map((device) => `${device.id} ${standingOf(device)}`).join();
  // Nothing changes its place because it was heard once more: only when one comes, goes, or stands otherwise.
  const places = useMemo(() => {
    const inOrder = isOrderable ? ordered(devices, order) : devices;
    return new Map(inOrder.map(({ id }, index) => [id, index]));
  }, [standing, order.by, order.isReversed, isOrderable]);
  const place = ({ id }: Device): number => places.get(id) ?? places.size;
  const heading = (by: Column, words: string, place: string) => (
    <th
      scope="col"
      class={place}
      {...(isOrderable && order.by === by && { 'aria-sort': order.isReversed ? 'descending' : 'ascending' })}
    >
      {isOrderable ? (
        <button
          type="button"
          class="inline-flex items-center gap-1 min-h-6 hover:underline underline-offset-3"
          onClick={() => replaceQuery({ order: turnedOrder(order, by) })}
        >
          {words}
          <span aria-hidden="true" class="w-3">
            {order.by !== by ? '' : order.isReversed ? '↓' : '↑'}
          </span>
        </button>
      ) : (
        words
      )}
    </th>
  );
  return (
    <div class="panel">
      <table class="rows" aria-label="Devices">
        <thead>
          <tr>
            {heading('name', 'Device', 'xl:w-1/4')}
            {heading('state', 'State', 'w-46')}
            {heading('seen', 'Last seen', 'hidden sm:table-cell w-36')}
            {heading('location', 'Location', 'hidden md:table-cell')}
            <th scope="col" class="hidden lg:table-cell">
              Labels
            </th>
            {heading('agent', 'Agent', 'hidden xl:table-cell')}
          </tr>
        </thead>
        <tbody>
          {devices
            .toSorted((one, other) => place(one) - place(other))
            .map((device) => (
              <DeviceRow key={device.id} device={device} />
            ))}
        </tbody>
      </table>
    </div>
  );
}
