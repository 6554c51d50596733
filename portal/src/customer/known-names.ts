import { signal } from '@preact/signals';
import type { ApiClient } from '../api/api-client.js';
import { everyPage, largestPage } from '../api/every-page.js';
import { CoalescedLooks } from '../live/coalesced-looks.js';
import type { LiveView } from '../live/live-view.js';

/** By id. No two of them share one: ids of people, keys, commands are random, and those of devices are never like them. */
export type Names = ReadonlyMap<string, string>;

/** What gives somebody or something another name, or makes one more. */
const renaming = new Set([
  'member.added',
  'member.renamed',
  'api_key.created',
  'device.provisioned',
  'device.updated',
  'command.proposed',
]);

/** How people, programs, devices and the latest commands are called. Who is gone has no name here any more. */
export class KnownNames {
  readonly names = signal<Names>(new Map());
  readonly #api: ApiClient;
  readonly #looks = new CoalescedLooks(() => this.look());

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** What cannot be looked up keeps the name it had, or its id: names are a convenience. */
  look = async (): Promise<void> => {
    const limit = largestPage;
    const asked = [
      everyPage((page) => this.#api.call('get', '/api/v1/customer/members', { query: { limit, ...page } })),
      everyPage((page) => this.#api.call('get', '/api/v1/customer/api-keys', { query: { limit, ...page } })),
      everyPage((page) => this.#api.call('get', '/api/v1/customer/devices', { query: { limit, ...page } })),
      this.#commands(),
    ] as const;
    const [members, keys, devices, commands] = await Promise.allSettled(asked);
    const names = new Map(this.names.peek());
    for (const { userId, name } of found(members)) names.set(userId, name);
    for (const { id, name } of found(keys)) names.set(id, name);
    for (const { id, name } of found(devices)) names.set(id, name);
    for (const { id, title } of found(commands)) names.set(id, title);
    this.names.value = names;
  };

  listen(live: LiveView): () => void {
    const stops = [
      live.onLookAgain(() => this.#looks.at('')),
      live.onEvent(({ kind }) => {
        if (renaming.has(kind)) this.#looks.at('');
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  async #commands(): Promise<readonly { readonly id: string; readonly title: string }[]> {
    const [{ items: commands }, { items: types }] = await Promise.all([
      this.#api.call('get', '/api/v1/customer/commands', { query: { limit: largestPage } }),
      this.#api.call('get', '/api/v1/customer/command-types', {}),
    ]);
    return commands.map(({ id, type }) => ({
      id,
      title: types.find((each) => each.type === type)?.title ?? type,
    }));
  }
}

const found = <Item>(answer: PromiseSettledResult<readonly Item[]>): readonly Item[] =>
  answer.status === 'fulfilled' ? answer.value : [];
