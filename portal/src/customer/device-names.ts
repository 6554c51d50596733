import { signal } from '@preact/signals';
import type { ApiClient } from '../api/api-client.js';

const pageSize = 100;

/** What devices are called, by their ids: many at once, and the others one by one, each asked for once. */
export class DeviceNames {
  readonly names = signal<ReadonlyMap<string, string>>(new Map());
  readonly #api: ApiClient;
  readonly #asked = new Set<string>();
  #first: Promise<void> | null = null;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** Rejects never: a device without a name is shown by its id. */
  want = async (ids: Iterable<string>): Promise<void> => {
    this.#first ??= this.#many().catch(() => undefined);
    await this.#first;
    const missing = [...new Set(ids)].filter((id) => !this.#asked.has(id) && !this.names.peek().has(id));
    for (const id of missing) this.#asked.add(id);
    await Promise.all(missing.map((id) => this.#one(id).catch(() => undefined)));
  };

  async #many(): Promise<void> {
    const { items } = await this.#api.call('get', '/api/v1/customer/devices', { query: { limit: pageSize } });
    this.#add(items);
  }

  async #one(id: string): Promise<void> {
    this.#add([await this.#api.call('get', '/api/v1/customer/devices/{id}', { path: { id } })]);
  }

  #add(devices: readonly { readonly id: string; readonly name: string }[]): void {
    const found = devices.map(({ id, name }) => [id, name] as const);
    this.names.value = new Map([...this.names.peek(), ...found]);
  }
}
