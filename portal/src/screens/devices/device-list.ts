import { computed, signal } from '@preact/signals';
import type { ApiClient } from '../../api/api-client.js';
import { largestPage } from '../../api/every-page.js';
import { asProblem } from '../../api/problem.js';
import type { Device } from '../../api/things.js';
import { withPresence } from '../../customer/device-now.js';
import { CoalescedLooks } from '../../live/coalesced-looks.js';
import type { LiveView } from '../../live/live-view.js';
import type { Standing } from './device-order.js';

export interface DeviceSearch {
  readonly q: string;
  readonly label: string;
  /** Empty for every one. */
  readonly status: Standing | '';
}

/** Up to so many devices are held whole: then they are counted, ordered and narrowed down here. */
const mostWhole = 300;

/**
 * The devices that fit a search, from then on kept by what is heard of them. What is held whole has devices of every
 * status; of a larger number the gateway picks those of the status that is asked for, page by page.
 */
export class DeviceList {
  readonly items = signal<readonly Device[] | null>(null);
  readonly error = signal<unknown>(null);
  readonly nextCursor = signal<string | null>(null);
  readonly isLoadingMore = signal(false);
  readonly isWhole = computed(() => this.#isOfEveryStatus.value && this.nextCursor.value === null);
  readonly #isOfEveryStatus = signal(true);
  readonly #api: ApiClient;
  #search: DeviceSearch | null = null;
  #asked = 0;
  readonly #looks = new CoalescedLooks((id) => (id === '' ? this.look() : this.#lookAt(id)));

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** Another search; only another status of what is held whole needs no answer of the gateway. */
  search(wanted: DeviceSearch): void {
    const known = this.#search;
    this.#search = wanted;
    const isKnown = this.items.peek() !== null && this.isWhole.peek();
    if (!isKnown || known?.q !== wanted.q || known.label !== wanted.label) void this.look();
  }

  /** From the beginning, as many as are shown. What is shown stays until the answer is there; the newest look wins. */
  look = async (): Promise<void> => {
    const mine = ++this.#asked;
    try {
      const status = this.#search?.status ?? '';
      const shown = this.items.peek()?.length ?? 0;
      let found = await this.#read('', Math.max(shown, mostWhole));
      const isOfEveryStatus = status === '' || found.nextCursor === null;
      if (!isOfEveryStatus) found = await this.#read(status, Math.max(shown, largestPage));
      if (mine !== this.#asked) return;
      this.#isOfEveryStatus.value = isOfEveryStatus;
      this.items.value = found.items;
      this.nextCursor.value = found.nextCursor;
      this.error.value = null;
    } catch (error) {
      if (mine === this.#asked) this.error.value = error;
    }
  };

  more = async (): Promise<void> => {
    const cursor = this.nextCursor.peek();
    if (cursor === null || this.isLoadingMore.peek()) return;
    this.isLoadingMore.value = true;
    const asked = this.#asked;
    const status = this.#isOfEveryStatus.peek() ? '' : (this.#search?.status ?? '');
    try {
      const page = await this.#page(status, cursor);
      if (asked !== this.#asked) return;
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

  async #read(status: Standing | '', atLeast: number) {
    let { items, nextCursor } = await this.#page(status, null);
    while (items.length < atLeast && nextCursor !== null) {
      const page = await this.#page(status, nextCursor);
      items = [...items, ...page.items];
      nextCursor = page.nextCursor;
    }
    return { items, nextCursor };
  }

  #page(status: Standing | '', cursor: string | null) {
    const { q, label } = this.#search ?? { q: '', label: '' };
    return this.#api.call('get', '/api/v1/customer/devices', {
      query: {
        limit: largestPage,
        ...(q !== '' && { q }),
        ...(label !== '' && { label }),
        ...(status !== '' && { status }),
        ...(cursor !== null && { cursor }),
      },
    });
  }
}
