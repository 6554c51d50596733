import type { Clock } from '../../application/ports/clock.js';
import type { DeviceConnections } from '../../application/ports/device-connections.js';
import { PrunedMap } from './pruned-map.js';

const livesMs = 90_000;

interface Counting {
  readonly connectionId: string;
  readonly endsMs: number;
}

/** Which connection of a device counts, in one process. */
export class InProcessDeviceConnections implements DeviceConnections {
  readonly #clock: Clock;
  readonly #counting = new PrunedMap<Counting>(({ endsMs }, nowMs) => endsMs <= nowMs);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(deviceId: string, connectionId: string): Promise<void> {
    const nowMs = this.#clock.now().getTime();
    this.#counting.set(deviceId, { connectionId, endsMs: nowMs + livesMs }, nowMs);
    return Promise.resolve();
  }

  async keep(deviceId: string, connectionId: string): Promise<boolean> {
    const counting = this.#counting.get(deviceId);
    const isOver = counting === undefined || counting.endsMs <= this.#clock.now().getTime();
    if (!isOver && counting.connectionId !== connectionId) return false;
    await this.open(deviceId, connectionId);
    return true;
  }

  close(deviceId: string, connectionId: string): Promise<void> {
    if (this.#counting.get(deviceId)?.connectionId === connectionId) this.#counting.delete(deviceId);
    return Promise.resolve();
  }
}
