import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats `check` until it neither throws nor answers false, and returns its answer. After `withinMs` (10 s) it
 * throws what the last try threw. Looks again every `everyMs` (20 ms).
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { withinMs = 10_000, everyMs = 20 }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    try {
      const answer = await check();
      if (answer !== false) return answer;
      if (performance.now() >= until) throw new Error(`Still false after ${String(withinMs)} ms.`);
    } catch (error) {
      if (performance.now() >= until) throw error;
    }
    await sleep(everyMs);
  }
}
