import type { Device } from '../../api/things.js';
import { deviceAt } from '../../customer/device-now.js';
import { useWorkplace } from '../../customer/workplace.js';
import { ConnectionState } from '../../parts/connection-state.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment, now } from '../../parts/moment.js';
import { Link } from '../../place/link.js';
import { replaceQuery } from '../../place/place.js';

/** One line of the list; on a narrow screen two. */
export function DeviceRow({ device: given }: { readonly device: Device }) {
  const { api } = useWorkplace();
  const device = deviceAt(given, api.at(now()));
  return (
    <li class="grid grid-cols-[1fr_auto] md:grid-cols-[minmax(12rem,2fr)_9rem_8rem_minmax(8rem,1fr)_minmax(8rem,1.4fr)] gap-x-4 gap-y-1 items-center px-3 sm:px-4 py-2 min-h-14">
      <div class="min-w-0">
        <Link
          href={`/devices/${encodeURIComponent(device.id)}`}
          class="font-semibold plain-link line-clamp-2"
        >
          <HarmlessText text={device.name} />
        </Link>
        <p class="quiet text-sm font-mono truncate">{device.id}</p>
      </div>
      <ConnectionState device={device} />
      <p class="quiet text-sm">
        <span class="sr-only">Last seen </span>
        {device.lastSeenAt === null ? 'not seen yet' : <Moment at={device.lastSeenAt} />}
      </p>
      <p class="text-sm min-w-0 truncate hidden md:block">
        {device.location !== null && <HarmlessText text={device.location} />}
      </p>
      <ul class="flex flex-wrap gap-1 col-span-2 md:col-span-1" aria-label="Labels">
        {device.labels.map((label) => (
          <li key={label} class="max-w-full">
            <button
              type="button"
              class="badge badge-ghost max-w-full h-6 hover:border-primary"
              title="Show the devices with this label"
              onClick={() => replaceQuery({ label })}
            >
              <span class="truncate">
                <HarmlessText text={label} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </li>
  );
}
