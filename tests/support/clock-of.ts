import type { Clock } from '../../src/application/ports/clock.js';

/** A clock that shows what a test says; durations pass with it. */
export const clockOf = (now: () => Date): Clock => ({ now, elapsedMs: () => now().getTime() });
