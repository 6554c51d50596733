import type { Cancellation } from '../../application/ports/cancellation.js';
import type { Seat } from '../../application/ports/wake-ups.js';

/** Beyond this a timer of the platform fires at once. */
const longestWaitMs = 2 ** 31 - 1;

type Waking = 'woken' | 'elapsed' | 'cancelled';

/** A seat that remembers one wake-up until somebody waits for it. */
export class WakeSeat implements Seat {
  readonly #onLeave: () => void;
  #woken = false;
  #wakeWaiter: (() => void) | null = null;

  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  wake(): void {
    this.#woken = true;
    this.#wakeWaiter?.();
  }

  wait(ms: number, cancellation: Cancellation): Promise<Waking> {
    if (cancellation.aborted) return Promise.resolve('cancelled');
    if (this.#woken) {
      this.#woken = false;
      return Promise.resolve('woken');
    }
    return new Promise((resolve) => {
      const end = (how: Waking): void => {
        clearTimeout(timer);
        cancellation.removeEventListener('abort', cancel);
        this.#wakeWaiter = null;
        if (how === 'woken') this.#woken = false;
        resolve(how);
      };
      const cancel = (): void => {
        end('cancelled');
      };
      const timer = setTimeout(end, Math.min(Math.max(0, ms), longestWaitMs), 'elapsed');
      cancellation.addEventListener('abort', cancel);
      this.#wakeWaiter = () => {
        end('woken');
      };
    });
  }

  leave(): void {
    this.#onLeave();
  }
}
