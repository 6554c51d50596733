import type { Device } from '../../api/things.js';
import { ConnectionState } from '../../parts/connection-state.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { LabelChip } from '../../parts/label-chip.js';
import { Moment } from '../../parts/moment.js';
import { Link } from '../../place/link.js';
import { replaceQuery } from '../../place/place.js';

/** One device of the list; on a narrow screen what has no column of its own stands below its name. */
export function DeviceRow({ device }: { readonly device: Device }) {
  const { id, name, location, agentVersion, lastSeenAt } = device;
  return (
    <tr class="hover:bg-base-200">
      <td>
        <Link
          href={`/devices/${encodeURIComponent(id)}`}
          class="font-semibold plain-link [overflow-wrap:anywhere] line-clamp-2"
        >
          <HarmlessText text={name} />
        </Link>
        <span class="block quiet text-sm font-mono truncate">{id}</span>
        {location !== null && (
          <span class="block text-sm md:hidden truncate">
            <HarmlessText text={location} />
          </span>
        )}
        <Labels device={device} class="lg:hidden mt-1" />
      </td>
      <td class="max-sm:align-top">
        <ConnectionState device={device} />
        <span class="block quiet text-sm sm:hidden pl-5.5">
          <Seen at={lastSeenAt} />
        </span>
      </td>
      <td class="quiet text-sm hidden sm:table-cell">
        <Seen at={lastSeenAt} />
      </td>
      <td class="text-sm hidden md:table-cell [overflow-wrap:anywhere]">
        {location === null ? <Nothing /> : <HarmlessText text={location} />}
      </td>
      <td class="hidden lg:table-cell">
        <Labels device={device} />
      </td>
      <td class="text-sm hidden xl:table-cell [overflow-wrap:anywhere]">
        {agentVersion === null ? <Nothing /> : <HarmlessText text={agentVersion} />}
        {device.platform !== null && (
          <span class="quiet block truncate">
            <HarmlessText text={device.platform} />
          </span>
        )}
      </td>
    </tr>
  );
}

const Seen = ({ at }: { readonly at: string | null }) => (at === null ? 'not seen yet' : <Moment at={at} />);

function Nothing() {
  return (
    <>
      <span aria-hidden="true" class="quiet">
        –
      </span>
      <span class="sr-only">none</span>
    </>
  );
}

function Labels({ device, class: place = '' }: { readonly device: Device; readonly class?: string }) {
  if (device.labels.length === 0) return null;
  return (
    <ul class={`flex flex-wrap gap-1 ${place}`} aria-label="Labels">
      {device.labels.map((label) => (
        <li key={label} class="max-w-full">
          <LabelChip
            label={label}
            title="Show the devices with this label"
            choose={() => replaceQuery({ label })}
          />
        </li>
      ))}
    </ul>
  );
}
