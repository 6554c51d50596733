import type { Command, Device, DeviceStatus } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { ConnectionState } from '../../parts/connection-state.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment, now } from '../../parts/moment.js';
import { Link } from '../../place/link.js';
import type { Trouble } from './device-troubles.js';
import { troublesOf } from './device-troubles.js';

/** What it is called, and how it stands. */
export function DeviceTitle({ device }: { readonly device: Device }) {
  return (
    <div class="grow min-w-0 max-w-full">
      <h1 class="text-2xl font-semibold [overflow-wrap:anywhere]">
        <HarmlessText text={device.name} />
      </h1>
      <p class="flex flex-wrap items-center gap-x-3">
        <ConnectionState device={device} />
        <span class="quiet">
          {device.lastSeenAt === null ? (
            'not seen yet'
          ) : (
            <>
              last seen <Moment at={device.lastSeenAt} />
            </>
          )}
        </span>
        {device.location !== null && (
          <span>
            <span class="sr-only">Location </span>
            <HarmlessText text={device.location} />
          </span>
        )}
      </p>
    </div>
  );
}

interface StandingProps {
  readonly device: Device;
  readonly status: DeviceStatus;
  readonly latest: Command | undefined;
  readonly titleOf: (type: string) => string;
}

/** What is wrong with it, before everything else; or that nothing is. */
export function DeviceStanding({ device, status, latest, titleOf }: StandingProps) {
  const { api, approvals } = useWorkplace();
  const waiting = (approvals.items.value ?? []).filter(({ command }) => command.deviceId === device.id);
  const troubles = troublesOf({
    device,
    status,
    latest,
    titleOf,
    waiting: waiting.length,
    nowMs: api.at(now()),
  });
  const isGrave = troubles.some(({ weight }) => weight === 'grave');
  const edge = troubles.length === 0 ? 'border-l-success' : isGrave ? 'border-l-error' : 'border-l-warning';
  return (
    <section class={`panel border-l-4 px-3 sm:px-4 py-2 ${edge}`} aria-label="How it does" role="status">
      {troubles.length === 0 ? (
        <p>
          <span aria-hidden="true" class="text-success mr-2">
            ✓
          </span>
          Nothing is wrong with it, as far as the gateway knows.
        </p>
      ) : (
        <ul class="space-y-0.5">
          {troubles.map((trouble) => (
            <Line key={trouble.words} trouble={trouble} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ trouble: { weight, words, note, href } }: { readonly trouble: Trouble }) {
  return (
    <li class="flex gap-2">
      <span aria-hidden="true" class={weight === 'grave' ? 'text-error' : 'text-warning'}>
        {weight === 'grave' ? '✕' : '!'}
      </span>
      <span class="min-w-0 [overflow-wrap:anywhere]">
        {href === undefined ? (
          words
        ) : (
          <Link href={href} class="plain-link">
            {words}
          </Link>
        )}
        {note !== undefined && (
          <span class="quiet">
            {' “'}
            <HarmlessText text={note} />”
          </span>
        )}
      </span>
    </li>
  );
}
