import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { DeviceLifecycle } from '../../domain/device/device-lifecycle.js';
import type { DeviceView } from '../../domain/device/device-view.js';
import { viewOf } from '../../domain/device/device-view.js';
import type { Connection } from '../../domain/device/presence.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { Clock } from '../ports/clock.js';
import type { DeviceDirectory } from '../ports/device-directory.js';
import type { Presence } from '../ports/presence.js';
import { knownBeats } from './known-beats.js';

/** Only the dispatch store knows who is connected, so a search for it reads on, through at most so many pages. */
const maxPages = 10;

export interface DeviceSearch {
  readonly lifecycle: DeviceLifecycle | null;
  readonly connection: Connection | null;
  readonly label: string | null;
  readonly search: string | null;
}

export class ListDevices {
  readonly #devices: DeviceDirectory;
  readonly #presence: Presence;
  readonly #clock: Clock;

  constructor(devices: DeviceDirectory, presence: Presence, clock: Clock) {
    this.#devices = devices;
    this.#presence = presence;
    this.#clock = clock;
  }

  /** By name. With a `connection`, a page may hold other than `limit` devices while more follow. */
  async execute(principal: Principal, search: DeviceSearch, page: PageRequest): Promise<Page<DeviceView>> {
    requireAccess(principal, 'listDevices');
    const found: DeviceView[] = [];
    let { cursor } = page;
    for (let read = 1; ; read += 1) {
      const { items, nextCursor } = await this.#devices.list(principal.customerId, search, {
        ...page,
        cursor,
      });
      const beats = await knownBeats(
        this.#presence,
        items.map(({ id }) => id),
      );
      const now = this.#clock.now();
      const views = items.map((device, index) => viewOf(device, beats[index] ?? null, now));
      found.push(
        ...views.filter(({ connection }) => search.connection === null || connection === search.connection),
      );
      cursor = nextCursor;
      // A page that was begun is given whole: the cursor stands behind it.
      if (search.connection === null || cursor === null || read === maxPages || found.length > 0) {
        return { items: found, nextCursor: cursor };
      }
    }
  }
}
