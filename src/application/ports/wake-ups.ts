import type { Cancellation } from './cancellation.js';

/** One who waits for something to happen to a device's queue. */
export interface Seat {
  /**
   * Waits until the device is woken, `ms` are over, or nobody needs the answer. A wake-up that came after the
   * seat was taken and before this call counts, so that none is lost in between.
   */
  wait(ms: number, cancellation: Cancellation): Promise<'woken' | 'elapsed' | 'cancelled'>;
  /** Gives the seat back. Calling it twice is fine. */
  leave(): void;
}

/**
 * Hints, across instances, that a device's queue has changed. Losing one costs time, never a command, so
 * whoever waits looks again by themselves now and then.
 */
export interface WakeUps {
  /** Wakes whoever waits for this device, on any instance. Never rejects: a hint may be lost. */
  wake(deviceId: string): Promise<void>;
  take(deviceId: string): Promise<Seat>;
}
