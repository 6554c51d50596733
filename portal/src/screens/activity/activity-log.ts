import { signal } from '@preact/signals';
import type { ApiClient } from '../../api/api-client.js';
import type { LiveView } from '../../live/live-view.js';
import type { ShownEntry } from './activity-line.js';

const pageSize = 100;
/** Of a filtered log, which can only be read from its beginning on, so much is read at once. */
const pagesAtOnce = 5;

export interface ActivityFilter {
  /** An id, or nothing. */
  readonly subject: string;
  readonly actor: string;
}

/** The log of a customer, newest first; from then on as it grows. */
export class ActivityLog {
  readonly entries = signal<readonly ShownEntry[] | null>(null);
  readonly error = signal<unknown>(null);
  /** Whether there is more than is shown. */
  readonly hasMore = signal(false);
  readonly isBusy = signal(false);
  readonly #api: ApiClient;
  readonly #live: LiveView;
  readonly #filter: ActivityFilter;
  /** Unfiltered: entries after this are loaded. */
  #from = 0;
  /** Filtered: where reading goes on. */
  #cursor: string | null = null;

  constructor(api: ApiClient, live: LiveView, filter: ActivityFilter) {
    this.#api = api;
    this.#live = live;
    this.#filter = filter;
  }

  get isFiltered(): boolean {
    return this.#filter.subject !== '' || this.#filter.actor !== '';
  }

  look = (): Promise<void> =>
    this.#carefully(async () => {
      if (this.isFiltered) {
        this.#cursor = null;
        await this.#readOn();
        return;
      }
      const head = this.#live.head.peek() ?? (await this.#findHead());
      this.#from = Math.max(0, head - pageSize);
      await this.#readAfter(this.#from);
    });

  /** Unfiltered: what came before. Filtered: what came after. */
  more = (): Promise<void> =>
    this.#carefully(async () => {
      if (this.isFiltered) {
        await this.#readOn();
        return;
      }
      this.#from = Math.max(0, this.#from - pageSize);
      await this.#readAfter(this.#from);
    });

  listen(): () => void {
    const stops = [
      this.#live.onLookAgain(() => void this.look()),
      this.#live.onEvent((event) => {
        const { subject, actor } = this.#filter;
        const fits =
          (subject === '' || event.subject.id === subject) && (actor === '' || event.actor.id === actor);
        if (fits && this.entries.peek() !== null) this.#add([event]);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  async #readAfter(after: number): Promise<void> {
    const page = await this.#page({ after, limit: pageSize });
    this.#add(page.items);
    this.hasMore.value = after > 0;
  }

  async #readOn(): Promise<void> {
    for (let page = 0; page < pagesAtOnce; page += 1) {
      const { subject, actor } = this.#filter;
      const found = await this.#page({
        limit: pageSize,
        ...(subject !== '' && { subject }),
        ...(actor !== '' && { actor }),
        ...(this.#cursor !== null && { cursor: this.#cursor }),
      });
      this.#add(found.items);
      this.#cursor = found.nextCursor;
      this.hasMore.value = found.nextCursor !== null;
      if (found.nextCursor === null) return;
    }
  }

  /** Without a live view nobody says where the log ends: it is looked for in ever longer, then ever shorter steps. */
  async #findHead(): Promise<number> {
    const isThere = async (seq: number): Promise<boolean> =>
      (await this.#page({ after: seq - 1, limit: 1 })).items.length > 0;
    let beyond = pageSize;
    while (await isThere(beyond)) beyond *= 4;
    let [low, high] = [0, beyond];
    while (high - low > pageSize / 2) {
      const middle = Math.floor((low + high) / 2);
      if (await isThere(middle)) low = middle;
      else high = middle;
    }
    return high;
  }

  #page(query: { after?: number; limit: number; subject?: string; actor?: string; cursor?: string }) {
    return this.#api.call('get', '/api/v1/customer/activity', { query });
  }

  async #carefully(read: () => Promise<void>): Promise<void> {
    this.isBusy.value = true;
    try {
      await read();
      this.error.value = null;
    } catch (error) {
      this.error.value = error;
    } finally {
      this.isBusy.value = false;
    }
  }

  #add(more: readonly ShownEntry[]): void {
    const all = new Map([...(this.entries.peek() ?? []), ...more].map((entry) => [entry.seq, entry]));
    this.entries.value = [...all.values()].sort((one, other) => other.seq - one.seq);
  }
}
