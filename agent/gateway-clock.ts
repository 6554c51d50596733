import { pause } from './backoff.js';

/** How long a check waits for the first heartbeat before the device's own clock has to do. */
const patienceMs = 10_000;

/**
 * The gateway's time, as its last heartbeat told it, carried on by a clock that nobody sets. A device whose own clock
 * is wrong, or was set between two heartbeats, judges by the right time all the same.
 */
export class GatewayClock {
  readonly #ownNow: () => number;
  #offsetMs: number | null = null;
  #learnt: () => void = () => undefined;
  readonly #first = new Promise<void>((resolve) => {
    this.#learnt = resolve;
  });

  /** `ownNow`: this device's clock, milliseconds since 1970. */
  constructor(ownNow: () => number) {
    this.#ownNow = ownNow;
  }

  /** The answer was made before now, so what is learnt is late by its way here, and never early. */
  learn(serverTime: string): void {
    const time = Date.parse(serverTime);
    if (Number.isNaN(time)) return;
    this.#offsetMs = time - performance.now();
    this.#learnt();
  }

  /** Milliseconds since 1970. Waits for the first heartbeat, a while; rejects when the signal aborts. */
  async now(signal: AbortSignal): Promise<number> {
    if (this.#offsetMs === null) {
      const enough = new AbortController();
      const waiting = pause(patienceMs, AbortSignal.any([signal, enough.signal]));
      await Promise.race([this.#first, waiting]).finally(() => enough.abort());
      await waiting.catch(() => undefined);
      signal.throwIfAborted();
    }
    return this.#offsetMs === null ? this.#ownNow() : performance.now() + this.#offsetMs;
  }
}
