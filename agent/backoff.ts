import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffLimits {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Ordinary trouble: the network, a restarting gateway, a full rate limit. */
export const usualBackoff: BackoffLimits = { baseMs: 500, capMs: 30_000 };

/** A person has to act first (suspended, unknown secret): ask seldom, but go on asking. */
export const slowBackoff: BackoffLimits = { baseMs: 15_000, capMs: 120_000 };

/** A gateway that asks for more patience than this is not believed: the device must stay reachable. */
const longestRetryAfterMs = 600_000;

/**
 * Exponential back-off with full jitter: a fleet that lost its gateway together does not come back together.
 * `random` answers numbers in [0, 1).
 */
export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: () => number;
  #failures = 0;

  constructor(limits: BackoffLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  /** The next delay in milliseconds. Never earlier than `retryAfterMs`, the server's own word. */
  next(retryAfterMs: number | null = null): number {
    const ceiling = Math.min(this.#limits.capMs, this.#limits.baseMs * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    const floor = Math.min(retryAfterMs ?? 0, longestRetryAfterMs);
    return Math.round(floor + this.#random() * ceiling);
  }

  reset(): void {
    this.#failures = 0;
  }
}

/** Waits, or rejects with the signal's reason as soon as it aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}
