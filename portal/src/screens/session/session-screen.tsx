import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Command, Session } from '../../api/things.js';
import { useDevice } from '../../customer/device-heard.js';
import { useWorkplace } from '../../customer/workplace.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { now } from '../../parts/moment.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { useCommandTypes } from '../command/command-types.js';
import { RunCommand } from '../command/run-command.js';
import { anchorOf } from './command-block.js';
import { useFollowedEnd } from './followed-end.js';
import { SessionHeader } from './session-header.js';
import { closeWords, sessionAt, typeWords } from './session-now.js';
import { SessionView } from './session-view.js';
import { Timeline } from './timeline.js';
import type { TimelineEntry } from './timeline-entries.js';
import { nameOf, namesIn } from './who.js';

/** A support session as it goes: what was proposed, decided and done, and what came out. */
export function SessionScreen({ sessionId }: { readonly sessionId: string }) {
  const { api, live } = useWorkplace();
  const view = useMemo(() => new SessionView(api, sessionId), [api, sessionId]);
  useEffect(() => {
    const stop = view.listen(live);
    view.look();
    return stop;
  }, [view]);
  const session = view.session.value;
  const error = view.error.value;
  usePageTitle('Session');
  return (
    <div class="space-y-4">
      <p>
        <Link href="/sessions" class="plain-link">
          Sessions
        </Link>
      </p>
      {error !== null && <ProblemNotice error={error} retry={view.look} />}
      {session !== null ? (
        <ThisSession view={view} session={sessionAt(session, api.at(now()))} />
      ) : (
        error === null && (
          <div class="panel overflow-hidden">
            <WaitingRows rows={8} />
          </div>
        )
      )}
    </div>
  );
}

function ThisSession({ view, session }: { readonly view: SessionView; readonly session: Session }) {
  const { api, people } = useWorkplace();
  const onDevice = useDevice(session.deviceId);
  const device = onDevice.value.value;
  const { types, titleOf } = useCommandTypes();
  const proposed = useSignal<string | null>(null);
  usePageTitle(`${typeWords[session.type]} session on ${device?.name ?? session.deviceId}`);
  const commands = view.commands.value;
  const entries = view.entries.value;
  const isOpen = session.status === 'active';
  const known = useMemo(() => namesIn(session, commands.values()), [session.id, commands]);
  const who = (actor: TimelineEntry['actor']): string => nameOf(actor, known, people.names.value);
  useEffect(() => {
    const parties = entries.map(({ actor }) => actor);
    void people.want(parties.filter(({ id }) => !known.has(id)));
  }, [entries, known]);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    // The button that closed it is gone: who works by keyboard goes on from the beginning of the screen.
    if (wasOpen.current && !isOpen && document.activeElement === document.body)
      document.getElementById('content')?.focus({ preventScroll: true });
    wasOpen.current = isOpen;
  }, [isOpen]);
  useFollowedEnd([entries, commands, view.streams.value], isOpen);
  useEffect(() => {
    // What somebody has just asked for is what they want to see.
    if (proposed.value === null) return;
    const block = document.getElementById(anchorOf(proposed.value));
    if (block === null) return;
    block.scrollIntoView({ block: 'nearest' });
    proposed.value = null;
  }, [entries, proposed.value]);
  return (
    <>
      <SessionHeader
        {...{ session, device, titleOf }}
        commands={[...commands.values()]}
        closed={(closed) => view.closed(closed)}
      />
      <div class="grid gap-5 lg:grid-cols-[minmax(0,1.5fr)_minmax(20rem,1fr)] items-start">
        <section class="space-y-2 min-w-0" aria-labelledby="timeline">
          <h2 id="timeline" class="font-semibold">
            Timeline
          </h2>
          <Timeline
            view={view}
            titleOf={titleOf}
            nameOf={who}
            deviceName={device?.name ?? session.deviceId}
          />
        </section>
        {isOpen ? (
          <section
            class="space-y-2 min-w-0 lg:sticky lg:top-0 lg:max-h-dvh lg:overflow-y-auto lg:-m-1 lg:p-1 lg:pb-12"
            aria-labelledby="propose"
          >
            <h2 id="propose" class="font-semibold">
              Run a command
            </h2>
            {device === null && onDevice.error.value !== null && (
              <ProblemNotice error={onDevice.error.value} retry={() => void onDevice.look()} />
            )}
            {device === null && onDevice.error.value === null && (
              <div class="panel h-56 skeleton" aria-busy="true" />
            )}
            {device !== null && (
              <RunCommand
                types={types}
                hindrance={device.lifecycle === 'active' ? null : 'Only an active device takes commands.'}
                propose={(body, key) =>
                  api.call('post', '/api/v1/customer/sessions/{id}/commands', {
                    path: { id: session.id },
                    body,
                    key,
                  })
                }
                proposed={(command: Command) => {
                  view.put(command);
                  proposed.value = command.id;
                }}
              />
            )}
          </section>
        ) : (
          <Over session={session} entries={entries} who={who} />
        )}
      </div>
    </>
  );
}

interface OverProps {
  readonly session: Session;
  readonly entries: readonly TimelineEntry[];
  readonly who: (actor: TimelineEntry['actor']) => string;
}

/** Why nothing can be done here any more, and where to go on. */
function Over({ session, entries, who }: OverProps) {
  const closing = entries.findLast(({ kind }) => kind === 'session.closed');
  const byPerson = session.closeReason === 'closed_by_person' && closing !== undefined;
  const why =
    session.status === 'expired'
      ? 'Its time is over.'
      : byPerson
        ? `${who(closing.actor)} closed it.`
        : (closeWords[session.closeReason ?? ''] ?? 'It was closed.');
  return (
    <p class="panel border-l-4 border-l-warning p-3 lg:sticky lg:top-4 lg:mt-7">
      <strong>This session is over.</strong> <HarmlessText text={why} /> It can only be read.{' '}
      <Link href={`/devices/${encodeURIComponent(session.deviceId)}`} class="plain-link">
        Go to the device
      </Link>{' '}
      to open another one.
    </p>
  );
}
