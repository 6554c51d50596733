import type { Seat, WakeUps } from '../../application/ports/wake-ups.js';
import { WakeSeat } from './wake-seat.js';

/** The seats of one process. */
export class InProcessWakeUps implements WakeUps {
  readonly #seats = new Map<string, Set<WakeSeat>>();

  wake(deviceId: string): Promise<void> {
    for (const seat of this.#seats.get(deviceId) ?? []) seat.wake();
    return Promise.resolve();
  }

  take(deviceId: string): Promise<Seat> {
    const seats = this.#seats.get(deviceId) ?? new Set();
    this.#seats.set(deviceId, seats);
    const seat = new WakeSeat(() => {
      seats.delete(seat);
      // Only its own set: by now the device may have another one.
      if (seats.size === 0 && this.#seats.get(deviceId) === seats) this.#seats.delete(deviceId);
    });
    seats.add(seat);
    return Promise.resolve(seat);
  }
}
