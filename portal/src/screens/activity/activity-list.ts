import { signal } from '@preact/signals';
import type { ApiClient } from '../../api/api-client.js';
import type { LiveView } from '../../live/live-view.js';
import type { LogEntry, LogFilter } from './log-entry.js';
import { fits } from './log-entry.js';

const pageSize = 50;
/** So many rows make a browser slow: what was heard on top of them takes the place of those at the end. */
const mostShown = 1_000;

/** Entries of the log: the newest first, or those from a place in it on. What is heard live is added. */
export class ActivityList {
  readonly items = signal<readonly LogEntry[] | null>(null);
  readonly error = signal<unknown>(null);
  readonly nextCursor = signal<string | null>(null);
  readonly isLoadingMore = signal(false);
  readonly #api: ApiClient;
  readonly #filter: LogFilter;
  readonly #from: number | null;
  #looks = 0;
  /** Heard while a look was on its way: the answer may be older. */
  #heard: LogEntry[] | null = null;
  /** The same of the next page: only its answer tells whether the log ends there. */
  #heardMeanwhile: LogEntry[] = [];

  /** `from`: the first `seq` to be shown; null: the newest are shown first. */
  constructor(api: ApiClient, filter: LogFilter, from: number | null) {
    this.#api = api;
    this.#filter = filter;
    this.#from = from;
  }

  /** From the beginning, as many as are shown. */
  look = async (): Promise<void> => {
    this.#looks += 1;
    const mine = this.#looks;
    this.#heard = [];
    try {
      const shown = this.items.peek()?.length ?? 0;
      let { items, nextCursor } = await this.#page(null);
      while (items.length < shown && nextCursor !== null) {
        const page = await this.#page(nextCursor);
        items = [...items, ...page.items];
        nextCursor = page.nextCursor;
      }
      if (mine !== this.#looks) return;
      this.items.value = items;
      this.nextCursor.value = nextCursor;
      this.error.value = null;
      for (const entry of this.#heard) this.#add(entry);
      this.#heard = null;
    } catch (error) {
      if (mine === this.#looks) this.error.value = error;
    }
  };

  more = async (): Promise<void> => {
    const cursor = this.nextCursor.peek();
    if (cursor === null || this.isLoadingMore.peek()) return;
    this.isLoadingMore.value = true;
    try {
      const { items, nextCursor } = await this.#page(cursor);
      const shown = this.items.peek() ?? [];
      const known = new Set(shown.map(({ seq }) => seq));
      this.items.value = [...shown, ...items.filter(({ seq }) => !known.has(seq))];
      this.nextCursor.value = nextCursor;
      this.error.value = null;
      for (const entry of this.#heardMeanwhile) this.#add(entry);
    } catch (error) {
      this.error.value = error;
    } finally {
      this.#heardMeanwhile = [];
      this.isLoadingMore.value = false;
    }
  };

  listen(live: LiveView): () => void {
    const stops = [
      live.onLookAgain(() => void this.look()),
      live.onEvent((entry) => {
        if (!fits(this.#filter, entry)) return;
        this.#heard?.push(entry);
        if (this.isLoadingMore.peek()) this.#heardMeanwhile.push(entry);
        this.#add(entry);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #page(cursor: string | null) {
    const { subject, actor } = this.#filter;
    return this.#api.call('get', '/api/v1/customer/activity', {
      query: {
        limit: pageSize,
        ...(this.#from === null ? { order: 'newest' } : { after: Math.max(0, this.#from - 1) }),
        ...(subject !== '' && { subject }),
        ...(actor !== '' && { actor }),
        ...(cursor !== null && { cursor }),
      },
    });
  }

  #add(entry: LogEntry): void {
    const items = this.items.peek();
    if (items === null || items.some(({ seq }) => seq === entry.seq)) return;
    if (this.#from === null) {
      this.items.value = [entry, ...items];
      if (items.length < mostShown) return;
      this.items.value = this.items.value.slice(0, pageSize);
      void this.look();
    } else if (this.nextCursor.peek() === null && entry.seq >= this.#from) {
      this.items.value = [...items, entry];
    }
  }
}
