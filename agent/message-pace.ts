import { pause } from './backoff.js';

export interface PaceLimits {
  readonly burst: number;
  readonly perSecond: number;
}

/** Below the 20 a second and the burst of 60 for which a gateway closes the connection. */
const usualPace: PaceLimits = { burst: 40, perSecond: 15 };

/** Lets messages leave as fast as the gateway bears them: a burst at once, the others one after the other. */
export class MessagePace {
  readonly #gapMs: number;
  readonly #burstMs: number;
  #dueAt = 0;

  constructor({ burst, perSecond }: PaceLimits = usualPace) {
    this.#gapMs = 1_000 / perSecond;
    this.#burstMs = burst * this.#gapMs;
  }

  /** Resolves when the next message may leave. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    this.#dueAt = Math.max(this.#dueAt, now - this.#burstMs) + this.#gapMs;
    if (this.#dueAt > now) await pause(this.#dueAt - now, signal);
  }
}
