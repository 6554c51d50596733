import { useEffect, useRef } from 'preact/hooks';
import { asProblem, isPassing } from '../api/problem.js';
import { anotherLookMs } from '../live/reconnect-delay.js';

/**
 * Looks again by itself after trouble that passes, less and less often while it lasts. `error`: what came of the last
 * look; null once it was answered.
 */
export function useAnotherLook(error: unknown, look: (() => void) | undefined): void {
  const attempts = useRef(0);
  useEffect(() => {
    if (error === null) attempts.current = 0;
    if (error === null || look === undefined) return;
    const problem = asProblem(error);
    if (!isPassing(problem)) return;
    const timer = setTimeout(look, anotherLookMs(attempts.current, problem.body.retryAfterMs, Math.random()));
    attempts.current += 1;
    return () => clearTimeout(timer);
  }, [error]);
}
