import { signal } from '@preact/signals';
import type { ApiClient } from '../../api/api-client.js';
import type { Session } from '../../api/things.js';
import { CoalescedLooks } from '../../live/coalesced-looks.js';
import type { LiveView } from '../../live/live-view.js';

export const sessionStatuses = [
  'active',
  'closed',
  'expired',
] as const satisfies readonly Session['status'][];
const isStatus = (text: string): text is Session['status'] =>
  sessionStatuses.some((status) => status === text);

export interface SessionSearch {
  readonly deviceId: string;
  readonly status: string;
}

const pageSize = 50;

/** The sessions that fit a search, newest first, page by page; looked up again when one begins or ends. */
export class SessionList {
  readonly items = signal<readonly Session[] | null>(null);
  readonly error = signal<unknown>(null);
  readonly nextCursor = signal<string | null>(null);
  readonly #api: ApiClient;
  readonly #search: SessionSearch;
  readonly #looks = new CoalescedLooks(() => this.#fill(this.items.peek()?.length ?? 0));

  constructor(api: ApiClient, search: SessionSearch) {
    this.#api = api;
    this.#search = search;
  }

  /** From the beginning, as many as are shown. What is shown stays until the answer is there. */
  look = (): void => this.#looks.at('');

  more = (): Promise<void> => this.#fill((this.items.peek()?.length ?? 0) + 1);

  listen(live: LiveView): () => void {
    const stops = [
      live.onLookAgain(this.look),
      live.onEvent(({ subject }) => {
        if (subject.kind === 'session') this.look();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  async #fill(atLeast: number): Promise<void> {
    try {
      let { items, nextCursor } = await this.#page(null);
      while (items.length < atLeast && nextCursor !== null) {
        const page = await this.#page(nextCursor);
        items = [...items, ...page.items];
        nextCursor = page.nextCursor;
      }
      this.items.value = items;
      this.nextCursor.value = nextCursor;
      this.error.value = null;
    } catch (error) {
      this.error.value = error;
    }
  }

  #page(cursor: string | null) {
    const { deviceId, status } = this.#search;
    return this.#api.call('get', '/api/v1/customer/sessions', {
      query: {
        limit: pageSize,
        ...(deviceId !== '' && { deviceId }),
        ...(isStatus(status) && { status }),
        ...(cursor !== null && { cursor }),
      },
    });
  }
}
