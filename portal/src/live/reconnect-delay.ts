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
/** A proxy may ask for weeks, which is more than a timer of the browser counts: it would be over at once. */
const longestRestMs = 3_600_000;

/** How long to leave alone what was refused: as long as the gateway wants, up to an hour, and full jitter. */
export const anotherLookMs = (attempt: number, retryAfterMs: number | undefined, random: number): number =>
  Math.min(longestRestMs, retryAfterMs ?? restMs) + reconnectDelayMs(attempt, random);
