import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { ApiClient } from '../../api/api-client.js';
import type { Session } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { CoalescedLooks } from '../../live/coalesced-looks.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment } from '../../parts/moment.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { query, replaceQuery } from '../../place/place.js';
import { SessionState } from './session-state.js';

const pageSize = 50;
type Status = Session['status'];

/** The sessions of a customer, newest first. */
class SessionList {
  readonly items = signal<readonly Session[] | null>(null);
  readonly error = signal<unknown>(null);
  readonly nextCursor = signal<string | null>(null);
  readonly #api: ApiClient;
  readonly #status: Status | null;

  constructor(api: ApiClient, status: Status | null) {
    this.#api = api;
    this.#status = status;
  }

  look = (): Promise<void> => this.#load(null);
  more = (): Promise<void> => this.#load(this.nextCursor.peek());

  async #load(cursor: string | null): Promise<void> {
    try {
      const page = await this.#api.call('get', '/api/v1/customer/sessions', {
        query: {
          limit: pageSize,
          ...(this.#status !== null && { status: this.#status }),
          ...(cursor !== null && { cursor }),
        },
      });
      this.items.value = cursor === null ? page.items : [...(this.items.peek() ?? []), ...page.items];
      this.nextCursor.value = page.nextCursor;
      this.error.value = null;
    } catch (error) {
      this.error.value = error;
    }
  }
}

/** Every window of work, open or over. */
export function SessionsScreen() {
  usePageTitle('Sessions');
  const { api, live } = useWorkplace();
  const isAll = query.value.get('status') === 'all';
  const list = useMemo(() => new SessionList(api, isAll ? null : 'active'), [api, isAll]);
  useEffect(() => {
    void list.look();
    const looks = new CoalescedLooks(list.look);
    const stops = [
      live.onLookAgain(() => void list.look()),
      live.onEvent(({ subject }) => {
        if (subject.kind === 'session') looks.at('');
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [list]);
  const items = list.items.value;
  return (
    <div class="space-y-3">
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 class="text-xl font-semibold grow">Sessions</h1>
        <label class="flex items-center gap-2">
          <input
            type="checkbox"
            class="checkbox checkbox-sm"
            checked={isAll}
            onChange={({ currentTarget }) => replaceQuery({ status: currentTarget.checked ? 'all' : '' })}
          />
          Also those that are over
        </label>
      </div>
      {list.error.value !== null && <ProblemNotice error={list.error.value} retry={() => void list.look()} />}
      {items === null && list.error.value === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={4} />
        </div>
      )}
      {items?.length === 0 && (
        <div class="panel p-6 space-y-2 max-w-2xl">
          <p class="font-semibold">{isAll ? 'No session was opened yet.' : 'No session is open.'}</p>
          <p class="quiet">
            A session is a window of work on one device: what is proposed in it stays together, and is called
            off with it. Open one on the screen of a device.
          </p>
        </div>
      )}
      {items !== null && items.length > 0 && (
        <ul class="panel divide-y divide-base-300" aria-label="Sessions, newest first">
          {items.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      )}
      {list.nextCursor.value !== null && (
        <button type="button" class="btn btn-sm" onClick={() => void list.more()}>
          Show older sessions
        </button>
      )}
    </div>
  );
}

function SessionRow({ session }: { readonly session: Session }) {
  return (
    <li class="grid grid-cols-[1fr_auto] md:grid-cols-[minmax(12rem,1fr)_minmax(8rem,2fr)_9rem_9rem] gap-x-4 gap-y-1 items-center px-3 sm:px-4 py-2 min-h-14">
      <div class="min-w-0">
        <Link href={`/sessions/${session.id}`} class="font-semibold plain-link">
          {session.type === 'diagnostic' ? 'Diagnostic' : 'Remediation'} on {session.deviceId}
        </Link>
        <p class="quiet text-sm truncate">
          <HarmlessText text={session.openedBy.name} />
        </p>
      </div>
      <p class="min-w-0 truncate max-md:order-last max-md:col-span-2">
        {session.description !== null && <HarmlessText text={session.description} />}
      </p>
      <SessionState session={session} />
      <p class="quiet text-sm">
        <span class="sr-only">Opened </span>
        <Moment at={session.createdAt} />
      </p>
    </li>
  );
}
