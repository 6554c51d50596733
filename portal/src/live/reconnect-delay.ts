const firstMs = 500;
const mostMs = 15_000;

/**
 * Full jitter: anywhere between nothing and a bound that doubles with each failure, so that a thousand browsers that
 * lose a gateway at once do not come back at once. `attempt` counts from 0; `random` is in [0, 1).
 */
export const reconnectDelayMs = (attempt: number, random: number): number =>
  Math.round(random * Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 10)));

/** Where the gateway does not say how long it wants to be left alone. */
const restMs = 1_000;

/** How long to leave alone what was refused before it is asked for again: as long as the gateway wants, and full jitter. */
export const anotherLookMs = (attempt: number, retryAfterMs: number | undefined, random: number): number =>
  (retryAfterMs ?? restMs) + reconnectDelayMs(attempt, random);
