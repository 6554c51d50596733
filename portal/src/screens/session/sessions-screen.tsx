import { useEffect, useMemo } from 'preact/hooks';
import type { Session } from '../../api/things.js';
import { DeviceNames } from '../../customer/device-names.js';
import { useWorkplace } from '../../customer/workplace.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment, now } from '../../parts/moment.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { durationWords } from '../../parts/time-words.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { query, replaceQuery } from '../../place/place.js';
import { SessionList, sessionStatuses } from './session-list.js';
import { sessionAt, typeWords } from './session-now.js';
import { SessionState } from './session-state.js';

/** The support sessions of the customer, newest first. */
export function SessionsScreen() {
  usePageTitle('Sessions');
  const { api, live } = useWorkplace();
  const deviceId = query.value.get('device') ?? '';
  const status = query.value.get('status') ?? '';
  const list = useMemo(() => new SessionList(api, { deviceId, status }), [api, deviceId, status]);
  const devices = useMemo(() => new DeviceNames(api), [api]);
  useEffect(() => {
    const stop = list.listen(live);
    list.look();
    return stop;
  }, [list]);
  const items = list.items.value;
  const error = list.error.value;
  useEffect(() => {
    const named = items?.map((session) => session.deviceId) ?? [];
    void devices.want(deviceId === '' ? named : [...named, deviceId]);
  }, [items, deviceId]);
  const nameOf = (id: string): string => devices.names.value.get(id) ?? id;
  const isSearch = deviceId !== '' || status !== '';
  return (
    <div class="space-y-3">
      <h1 class="text-xl font-semibold">Sessions</h1>
      <div class="flex flex-wrap items-center gap-2">
        <select
          class="select select-sm w-44"
          aria-label="State"
          value={status}
          onChange={({ currentTarget }) => replaceQuery({ status: currentTarget.value })}
        >
          <option value="">Every state</option>
          {sessionStatuses.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
        {deviceId !== '' && (
          <button type="button" class="btn btn-sm max-w-full" onClick={() => replaceQuery({ device: '' })}>
            <span class="sr-only">No longer only device </span>
            <span class="truncate">
              <HarmlessText text={nameOf(deviceId)} />
            </span>
            <span aria-hidden="true">✕</span>
          </button>
        )}
      </div>
      {error !== null && <ProblemNotice error={error} retry={list.look} />}
      {items === null && error === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={6} />
        </div>
      )}
      {items !== null && items.length > 0 && (
        <ul class="panel divide-y divide-base-300" aria-label="Sessions, newest first">
          {items.map((session) => (
            <SessionRow key={session.id} session={session} deviceName={nameOf(session.deviceId)} />
          ))}
        </ul>
      )}
      {items?.length === 0 && (isSearch ? <NothingFits /> : <NoSessions />)}
      {list.nextCursor.value !== null && (
        <button type="button" class="btn btn-sm" onClick={() => void list.more()}>
          Show older sessions
        </button>
      )}
      <p role="status" class="sr-only">
        {items === null ? '' : `${String(items.length)} sessions are shown`}
      </p>
    </div>
  );
}

function SessionRow({
  session: given,
  deviceName,
}: {
  readonly session: Session;
  readonly deviceName: string;
}) {
  const { api } = useWorkplace();
  const nowMs = api.at(now());
  const session = sessionAt(given, nowMs);
  return (
    <li class="grid grid-cols-[1fr_auto] lg:grid-cols-[minmax(12rem,2fr)_7rem_minmax(8rem,1fr)_8rem_9rem] gap-x-4 gap-y-1 items-center px-3 sm:px-4 py-2 min-h-14">
      <div class="min-w-0">
        <Link href={`/sessions/${session.id}`} class="font-semibold plain-link line-clamp-2">
          {typeWords[session.type]} on <HarmlessText text={deviceName} />
        </Link>
        <p class="quiet text-sm truncate min-h-5">
          {session.description !== null && <HarmlessText text={session.description} />}
        </p>
      </div>
      <SessionState session={session} />
      <p class="text-sm min-w-0 truncate">
        <span class="quiet">by </span>
        <HarmlessText text={session.openedBy.name} />
      </p>
      <p class="quiet text-sm max-lg:text-right">
        <span class="sr-only">Opened </span>
        <Moment at={session.createdAt} />
      </p>
      <p class="quiet text-sm tabular-nums hidden lg:block">
        {session.status === 'active' && `${durationWords(Date.parse(session.expiresAt) - nowMs)} left`}
        {session.status !== 'active' && session.closedAt !== null && (
          <>
            over <Moment at={session.closedAt} />
          </>
        )}
      </p>
    </li>
  );
}

function NothingFits() {
  return (
    <div class="panel p-6 space-y-2">
      <p>No session fits this choice.</p>
      <Link href="/sessions" class="btn btn-sm">
        Show every session
      </Link>
    </div>
  );
}

function NoSessions() {
  return (
    <div class="panel p-6 space-y-3 max-w-2xl">
      <h2 class="text-lg font-semibold">No session yet</h2>
      <p>
        A session is a window of work on one device: what was looked at, proposed, decided and done in it
        stands in one timeline, live. Operators open one from the page of a device.
      </p>
      <Link href="/devices" class="btn btn-primary">
        Go to the devices
      </Link>
    </div>
  );
}
