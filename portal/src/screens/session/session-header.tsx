import type { Command, Device, Session } from '../../api/things.js';
import { deviceAt } from '../../customer/device-now.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { ConnectionState } from '../../parts/connection-state.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment, now } from '../../parts/moment.js';
import { durationWords } from '../../parts/time-words.js';
import { Link } from '../../place/link.js';
import { CloseSession } from './close-session.js';
import { anchorOf } from './command-block.js';
import { typeWords } from './session-now.js';
import { SessionState } from './session-state.js';

interface SessionHeaderProps {
  /** As it stands now. */
  readonly session: Session;
  readonly device: Device | null;
  readonly commands: readonly Command[];
  readonly titleOf: (type: string) => string;
  readonly closed: (session: Session) => void;
}

/** What the session is, on which device, how long it lasts, and what in it waits for people. */
export function SessionHeader({ session, device, commands, titleOf, closed }: SessionHeaderProps) {
  const { role } = useWorkplace();
  const isOpen = session.status === 'active';
  const waiting = commands.filter(({ state }) => state === 'awaiting_approval');
  return (
    <div class="space-y-3">
      <div class="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div class="grow min-w-0 max-w-full">
          <h1 class="text-xl font-semibold">
            {typeWords[session.type]} session on <HarmlessText text={device?.name ?? session.deviceId} />
          </h1>
          {session.description !== null && (
            <p>
              <HarmlessText text={session.description} />
            </p>
          )}
        </div>
        {isOpen && mayActAs(role, 'operator') && (
          <CloseSession session={session} commands={commands} titleOf={titleOf} closed={closed} />
        )}
      </div>
      <dl class="panel grid grid-cols-[6.5rem_1fr] sm:grid-cols-[6.5rem_1fr_6.5rem_1fr] gap-x-3 gap-y-1 px-3 sm:px-4 py-2">
        <dt class="quiet">State</dt>
        <dd>
          <SessionState session={session} />
        </dd>
        <dt class="quiet">{isOpen ? 'Time left' : 'Over'}</dt>
        <dd>{isOpen ? <TimeLeft expiresAt={session.expiresAt} /> : <Ended session={session} />}</dd>
        <dt class="quiet">Device</dt>
        <dd class="flex flex-wrap gap-x-3 min-w-0">
          <Link href={`/devices/${encodeURIComponent(session.deviceId)}`} class="plain-link">
            <HarmlessText text={device?.name ?? session.deviceId} />
          </Link>
          {device !== null && <DeviceNow device={device} />}
        </dd>
        <dt class="quiet">Opened by</dt>
        <dd class="min-w-0">
          <HarmlessText text={session.openedBy.name} />, <Moment at={session.createdAt} />
        </dd>
        <dt class="quiet">Decisions</dt>
        <dd class="sm:col-span-3">
          {waiting.length === 0 && 'none is waited for'}
          {waiting.map(({ id, type }) => (
            <a key={id} href={`#${anchorOf(id)}`} class="plain-link font-medium text-warning mr-3">
              <HarmlessText text={titleOf(type)} /> waits
            </a>
          ))}
        </dd>
      </dl>
    </div>
  );
}

function DeviceNow({ device }: { readonly device: Device }) {
  const { api } = useWorkplace();
  return <ConnectionState device={deviceAt(device, api.at(now()))} />;
}

function TimeLeft({ expiresAt }: { readonly expiresAt: string }) {
  const { api } = useWorkplace();
  const leftMs = Date.parse(expiresAt) - api.at(now());
  return (
    <time
      dateTime={expiresAt}
      title={`until ${new Date(expiresAt).toLocaleString()} (${expiresAt})`}
      class={`tabular-nums ${leftMs < 300_000 ? 'text-warning font-medium' : ''}`}
    >
      {durationWords(leftMs)}
    </time>
  );
}

const Ended = ({ session: { closedAt } }: { readonly session: Session }) =>
  closedAt === null ? <>–</> : <Moment at={closedAt} />;
