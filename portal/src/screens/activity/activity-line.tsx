import type { ActivityEntry } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment } from '../../parts/moment.js';
import { Link } from '../../place/link.js';
import { factsOf, whatHappened } from './activity-words.js';

/** As much of an entry as is shown: what is heard live has no hashes. */
export type ShownEntry = Pick<ActivityEntry, 'seq' | 'at' | 'kind' | 'actor' | 'subject' | 'data'>;

/** One entry of the log: who did what, when. */
export function ActivityLine({ entry }: { readonly entry: ShownEntry }) {
  const facts = factsOf(entry);
  return (
    <li class="grid grid-cols-[1fr_auto] sm:grid-cols-[minmax(0,1fr)_8rem_4.5rem] gap-x-4 px-3 sm:px-4 py-1.5 items-baseline">
      <p class="min-w-0 [overflow-wrap:anywhere]">
        <Actor actor={entry.actor} /> {whatHappened(entry.kind)}
        {facts !== '' && (
          <span class="quiet">
            : <HarmlessText text={facts} />
          </span>
        )}
        <Subject entry={entry} />
      </p>
      <p class="quiet text-sm text-right">
        <Moment at={entry.at} />
      </p>
      <p class="quiet text-sm text-right font-mono hidden sm:block">
        <span class="sr-only">entry </span>
        {entry.seq}
      </p>
    </li>
  );
}

function Actor({ actor: { kind, id } }: { readonly actor: ShownEntry['actor'] }) {
  const { people } = useWorkplace();
  const name =
    kind === 'gateway'
      ? 'The gateway'
      : kind === 'cli'
        ? 'The command line'
        : (people.names.value.get(id) ?? id);
  return (
    <span class="font-semibold" title={`${kind} ${id}`}>
      <HarmlessText text={name} />
    </span>
  );
}

/** Where the reader can look at what the entry is about. */
function Subject({ entry: { subject, data, actor } }: { readonly entry: ShownEntry }) {
  const { people } = useWorkplace();
  const deviceId = subject.kind === 'device' ? subject.id : data['deviceId'];
  if (typeof deviceId === 'string' && actor.id !== deviceId) {
    return (
      <>
        {' '}
        <Link
          href={`/devices/${encodeURIComponent(deviceId)}`}
          class="plain-link font-mono text-sm inline-block max-w-full truncate align-bottom"
        >
          {deviceId}
        </Link>
      </>
    );
  }
  const name = subject.id === actor.id ? undefined : people.names.value.get(subject.id);
  return name === undefined ? null : (
    <span class="quiet">
      {' '}
      <HarmlessText text={name} />
    </span>
  );
}
