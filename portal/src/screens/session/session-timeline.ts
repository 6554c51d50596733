import { signal } from '@preact/signals';
import type { ApiClient } from '../../api/api-client.js';
import type { LiveView } from '../../live/live-view.js';
import type { ShownEntry } from '../activity/activity-line.js';

const pageSize = 100;

/** What happened in a session, the earliest entry first; from then on as it happens. */
export class SessionTimeline {
  readonly entries = signal<readonly ShownEntry[] | null>(null);
  readonly error = signal<unknown>(null);
  readonly #api: ApiClient;
  readonly #sessionId: string;

  constructor(api: ApiClient, sessionId: string) {
    this.#api = api;
    this.#sessionId = sessionId;
  }

  /** What came after the last one that is shown. */
  look = async (): Promise<void> => {
    try {
      let cursor: string | null = null;
      const after = this.entries.peek()?.at(-1)?.seq ?? 0;
      do {
        const query: { after: number; limit: number; cursor?: string } = {
          after,
          limit: pageSize,
          ...(cursor !== null && { cursor }),
        };
        const page = await this.#api.call('get', '/api/v1/customer/sessions/{id}/timeline', {
          path: { id: this.#sessionId },
          query,
        });
        this.#add(page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      this.error.value = null;
    } catch (error) {
      this.error.value = error;
    }
  };

  listen(live: LiveView): () => void {
    const stops = [
      live.follow(`session:${this.#sessionId}`),
      live.onLookAgain(() => void this.look()),
      live.onEvent((event) => {
        const isOurs = event.subject.id === this.#sessionId || event.data['sessionId'] === this.#sessionId;
        if (isOurs && this.entries.peek() !== null) this.#add([event]);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Each entry once, in the order of the log, by whichever way it came. */
  #add(more: readonly ShownEntry[]): void {
    const all = new Map([...(this.entries.peek() ?? []), ...more].map((entry) => [entry.seq, entry]));
    this.entries.value = [...all.values()].sort((one, other) => one.seq - other.seq);
  }
}
