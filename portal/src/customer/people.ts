import { signal } from '@preact/signals';
import type { ApiClient } from '../api/api-client.js';
import { CoalescedLooks } from '../live/coalesced-looks.js';
import type { LiveView } from '../live/live-view.js';

/** A customer has few people; the rest are shown by their ids. */
const mostPages = 5;

/** A person or a program, as the log names it. */
interface Party {
  readonly kind: string;
  readonly id: string;
}

/** As what the log has entries about them. */
const subjectKinds: Readonly<Record<string, string>> = {
  member: 'member',
  service_account: 'api_key',
  api_key: 'api_key',
};
/** Where the newest entry that names them is: removed is among the last things that happen to somebody. */
const newestEntries = 20;

/**
 * What members and service accounts are called, by their ids: the log names ids only. Those who are there no more keep
 * the name that they were last known by.
 */
export class People {
  readonly names = signal<ReadonlyMap<string, string>>(new Map());
  readonly #api: ApiClient;
  readonly #wanted = new Set<string>();
  #first: Promise<void> | null = null;
  readonly #looks = new CoalescedLooks(() => this.look());

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** When the first look is over; rejects never: names are an extra, and without them the ids are shown. */
  known = (): Promise<void> => (this.#first ??= this.look().catch(() => undefined));

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

  /** The names of those who may be gone; asks for each once, and rejects never. */
  want = async (parties: Iterable<Party>): Promise<void> => {
    const missing = new Map<string, string>();
    for (const { kind, id } of parties) {
      const asSubject = subjectKinds[kind];
      if (asSubject !== undefined && !this.names.peek().has(id) && !this.#wanted.has(id))
        missing.set(id, `${asSubject}:${id}`);
    }
    for (const id of missing.keys()) this.#wanted.add(id);
    await Promise.allSettled([...missing].map(([id, subject]) => this.#lookInLog(id, subject)));
  };

  async #lookInLog(id: string, subject: string): Promise<void> {
    const query = { subject, order: 'newest', limit: newestEntries } as const;
    const { items } = await this.#api.call('get', '/api/v1/customer/activity', { query });
    const name = items.map(({ data }) => data['name']).find((found) => typeof found === 'string');
    // Who is there again meanwhile is called as they are now.
    if (typeof name === 'string' && !this.names.peek().has(id))
      this.names.value = new Map([...this.names.peek(), [id, name]]);
  }

  listen(live: LiveView): () => void {
    return live.onEvent(({ subject }) => {
      if (subject.kind === 'member' || subject.kind === 'api_key') this.#looks.at('');
    });
  }
}
