import { signal } from '@preact/signals';
import type { ApiClient } from '../../api/api-client.js';
import { asProblem } from '../../api/problem.js';
import type { Device } from '../../api/things.js';
import { withPresence } from '../../customer/device-now.js';
import { CoalescedLooks } from '../../live/coalesced-looks.js';
import type { LiveView } from '../../live/live-view.js';

export interface DeviceSearch {
  readonly q: string;
  readonly label: string;
  readonly status: string;
}

/** What the gateway takes as `status`. */
export const statuses = [
  'online',
  'degraded',
  'stale',
  'offline',
  'never',
  'provisioned',
  'active',
  'suspended',
  'retired',
] as const;
type Status = (typeof statuses)[number];
const isStatus = (text: string): text is Status => statuses.some((status) => status === text);

const pageSize = 50;

/** The devices that fit a search, page by page; from then on kept by what is heard of them. */
export class DeviceList {
  readonly items = signal<readonly Device[] | null>(null);
  readonly error = signal<unknown>(null);
  readonly nextCursor = signal<string | null>(null);
  readonly isLoadingMore = signal(false);
  readonly #api: ApiClient;
  readonly #search: DeviceSearch;
  readonly #looks = new CoalescedLooks((id) => (id === '' ? this.look() : this.#lookAt(id)));

  constructor(api: ApiClient, search: DeviceSearch) {
    this.#api = api;
    this.#search = search;
  }

  /** From the beginning, as many as are shown. What is shown stays until the answer is there. */
  look = async (): Promise<void> => {
    try {
      const shown = this.items.peek()?.length ?? 0;
      let { items, nextCursor } = await this.#page(null);
      while (items.length < shown && nextCursor !== null) {
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
  };

  more = async (): Promise<void> => {
    const cursor = this.nextCursor.peek();
    if (cursor === null || this.isLoadingMore.peek()) return;
    this.isLoadingMore.value = true;
    try {
      const page = await this.#page(cursor);
      this.items.value = [...(this.items.peek() ?? []), ...page.items];
      this.nextCursor.value = page.nextCursor;
      this.error.value = null;
    } catch (error) {
      this.error.value = error;
    } finally {
      this.isLoadingMore.value = false;
    }
  };

  /** Keeps the list by what is heard; returns how to stop that. */
  listen(live: LiveView): () => void {
    const stops = [
      live.onLookAgain(() => void this.look()),
      live.onPresence((heard) => {
        this.#change(heard.deviceId, (device) => withPresence(device, heard));
      }),
      live.onEvent(({ kind, subject }) => {
        if (subject.kind !== 'device') return;
        const isShown = this.items.peek()?.some(({ id }) => id === subject.id) ?? false;
        // Whether another one fits the search, and where, the gateway knows.
        if (isShown) this.#looks.at(subject.id);
        else if (kind === 'device.provisioned' || kind === 'device.updated') this.#looks.at('');
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  async #lookAt(id: string): Promise<void> {
    try {
      const found = await this.#api.call('get', '/api/v1/customer/devices/{id}', { path: { id } });
      this.#change(id, () => found);
    } catch (error) {
      if (asProblem(error).code !== 'not_found') return;
      this.items.value = (this.items.peek() ?? []).filter((device) => device.id !== id);
    }
  }

  #change(id: string, change: (device: Device) => Device): void {
    const items = this.items.peek();
    if (!items?.some((device) => device.id === id)) return;
    this.items.value = items.map((device) => (device.id === id ? change(device) : device));
  }

  #page(cursor: string | null) {
    const { q, label, status } = this.#search;
    return this.#api.call('get', '/api/v1/customer/devices', {
      query: {
        limit: pageSize,
        ...(q !== '' && { q }),
        ...(label !== '' && { label }),
        ...(isStatus(status) && { status }),
        ...(cursor !== null && { cursor }),
      },
    });
  }
}
