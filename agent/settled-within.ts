import { pause } from './backoff.js';

/** Resolves when the work is over, well or badly, but after `ms` at the latest; the work goes on then. */
export async function settledWithin(work: Promise<unknown>, ms: number): Promise<void> {
  const enough = new AbortController();
  const over = work.catch(() => undefined);
  await Promise.race([over, pause(ms, enough.signal).catch(() => undefined)]);
  enough.abort();
}
