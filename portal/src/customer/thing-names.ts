import { signal } from '@preact/signals';
import type { ApiClient } from '../api/api-client.js';
import { everyPage, largestPage } from '../api/every-page.js';
import type { LiveEvent } from '../live/live-messages.js';
import type { LiveView } from '../live/live-view.js';

/** By id. No two share one: ids of people, keys, commands are random, and those of devices are never like them. */
export type Names = ReadonlyMap<string, string>;

/** Ids of devices are words that people chose, as a rule: those of a large fleet do for the rest. */
const mostDevices = 300;

/** How devices, the latest commands and those who proposed them are called. What has no name here is shown by its id. */
export class ThingNames {
  readonly names = signal<Names>(new Map());
  readonly #api: ApiClient;
  #titles: Names = new Map();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** What cannot be looked up keeps the name it had. */
  look = async (): Promise<void> => {
    await Promise.allSettled([this.#lookAtDevices(), this.#lookAtCommands()]);
  };

  /** New names are in the log itself: nothing is asked for, however busy the customer is. */
  listen(live: LiveView): () => void {
    const stops = [
      live.onLookAgain(() => void this.look()),
      live.onEvent(({ kind, subject, data }: LiveEvent) => {
        if (kind === 'command.proposed') this.#add([[subject.id, this.#titleOf(String(data['type']))]]);
        if (subject.kind === 'device' && typeof data['name'] === 'string')
          this.#add([[subject.id, data['name']]]);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  async #lookAtDevices(): Promise<void> {
    const limit = largestPage;
    const devices = await everyPage(
      (page) => this.#api.call('get', '/api/v1/customer/devices', { query: { limit, ...page } }),
      mostDevices,
    );
    this.#add(devices.map(({ id, name }) => [id, name]));
  }

  async #lookAtCommands(): Promise<void> {
    const [{ items: commands }, { items: types }] = await Promise.all([
      this.#api.call('get', '/api/v1/customer/commands', { query: { limit: largestPage } }),
      this.#api.call('get', '/api/v1/customer/command-types', {}),
    ]);
    this.#titles = new Map(types.map(({ type, title }) => [type, title]));
    this.#add(commands.map(({ id, type }) => [id, this.#titleOf(type)]));
    // As they were called then: a log that is older than the names in it has no others for who is gone.
    this.#add(commands.map(({ proposedBy }) => [proposedBy.id, proposedBy.name]));
  }

  #titleOf(type: string): string {
    return this.#titles.get(type) ?? type;
  }

  #add(named: readonly (readonly [id: string, name: string])[]): void {
    this.names.value = new Map([...this.names.peek(), ...named]);
  }
}
