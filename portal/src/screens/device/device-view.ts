import { computed, signal } from '@preact/signals';
import type { ApiClient } from '../../api/api-client.js';
import type { Device, DeviceStatus } from '../../api/things.js';
import { withPresence } from '../../customer/device-now.js';
import { CoalescedLooks } from '../../live/coalesced-looks.js';
import type { LivePresence } from '../../live/live-messages.js';
import type { LiveView } from '../../live/live-view.js';
import type { Sample } from './metric-series.js';
import { withSample } from './metric-series.js';

/** A device and how it does: asked for once, and from then on kept by what is heard of it. */
export class DeviceView {
  readonly device = signal<Device | null>(null);
  readonly status = signal<DeviceStatus | null>(null);
  readonly samples = signal<readonly Sample[]>([]);
  readonly error = signal<unknown>(null);
  readonly isThere = computed(() => this.device.value !== null && this.status.value !== null);
  readonly #api: ApiClient;
  readonly #id: string;
  readonly #looks = new CoalescedLooks(() => this.look());

  constructor(api: ApiClient, id: string) {
    this.#api = api;
    this.#id = id;
  }

  look = async (): Promise<void> => {
    try {
      const path = { id: this.#id };
      const [device, status] = await Promise.all([
        this.#api.call('get', '/api/v1/customer/devices/{id}', { path }),
        this.#api.call('get', '/api/v1/customer/devices/{id}/status', { path }),
      ]);
      this.device.value = device;
      this.status.value = status;
      this.samples.value = status.metrics.lastHour;
      this.error.value = null;
    } catch (error) {
      this.error.value = error;
    }
  };

  /** Whoever changed it by hand knows how it is now. */
  put(device: Device): void {
    this.device.value = device;
    this.#looks.at(this.#id);
  }

  listen(live: LiveView): () => void {
    const stops = [
      live.follow(`device:${this.#id}`),
      live.onLookAgain(() => void this.look()),
      live.onPresence((heard) => {
        if (heard.deviceId === this.#id) this.#hear(heard);
      }),
      live.onEvent(({ subject, data }) => {
        // Its queue and its session change with its commands.
        if (subject.id === this.#id || data['deviceId'] === this.#id) this.#looks.at(this.#id);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #hear(heard: LivePresence): void {
    const device = this.device.peek();
    if (device !== null) this.device.value = withPresence(device, heard);
    const status = this.status.peek();
    const { lastSeenAt, metrics } = heard;
    if (status === null || lastSeenAt === null) return;
    const said = ['ok', 'busy', 'degraded', 'error'] as const;
    this.status.value = {
      ...status,
      lastHeartbeatAt: lastSeenAt,
      status: said.find((word) => word === heard.status) ?? status.status,
      metrics: { ...status.metrics, latest: metrics },
    };
    if (metrics !== null) {
      this.samples.value = withSample(
        this.samples.peek(),
        { ...metrics, at: lastSeenAt },
        this.#api.at(Date.now()),
      );
    }
  }
}
