import { signal } from '@preact/signals';
import type { ApiClient } from '../api/api-client.js';
import { CoalescedLooks } from '../live/coalesced-looks.js';
import type { LiveView } from '../live/live-view.js';

/** A customer has few people; the rest are shown by their ids. */
const mostPages = 5;

/** What members and service accounts are called, by their ids: the log names ids only. */
export class People {
  readonly names = signal<ReadonlyMap<string, string>>(new Map());
  readonly #api: ApiClient;
  readonly #looks = new CoalescedLooks(() => this.look());

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** Names are an extra: without them the ids are shown. */
  look = async (): Promise<void> => {
    const names = new Map(this.names.peek());
    let cursor: string | null = null;
    for (let page = 0; page < mostPages; page += 1) {
      const query: { limit: number; cursor?: string } = { limit: 100, ...(cursor !== null && { cursor }) };
      const { items, nextCursor } = await this.#api.call('get', '/api/v1/customer/members', { query });
      for (const { userId, name } of items) names.set(userId, name);
      cursor = nextCursor;
      if (cursor === null) break;
    }
    const keys = await this.#api.call('get', '/api/v1/customer/api-keys', { query: { limit: 100 } });
    for (const { id, name } of keys.items) names.set(id, name);
    this.names.value = names;
  };

  listen(live: LiveView): () => void {
    return live.onEvent(({ subject }) => {
      if (subject.kind === 'member' || subject.kind === 'api_key') this.#looks.at('');
    });
  }
}
