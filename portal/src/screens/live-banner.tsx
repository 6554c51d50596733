import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useWorkplace } from '../customer/workplace.js';
import { clockTime } from '../parts/moment.js';

/** A moment without a line is no news: the page would only flicker. */
const patienceMs = 2_000;
/** So long it is told that the line is back, to those who were told that it was away. */
const returnedMs = 4_000;

/** Whether what is seen is live; told where it does not depend on the screen. */
export function LiveBanner() {
  const { live } = useWorkplace();
  const state = live.state.value;
  const told = useSignal<'nothing' | 'away' | 'returned'>('nothing');
  useEffect(() => {
    if (state.kind === 'live') {
      if (told.peek() !== 'away') return;
      told.value = 'returned';
      const timer = setTimeout(() => (told.value = 'nothing'), returnedMs);
      return () => clearTimeout(timer);
    }
    const timer = setTimeout(() => (told.value = 'away'), patienceMs);
    return () => clearTimeout(timer);
  }, [state.kind]);
  return (
    <div role="status" class="fixed max-md:bottom-14 bottom-0 inset-x-0 z-20">
      {told.value === 'away' && state.kind === 'away' && (
        <p class="bg-warning text-warning-content px-3 sm:px-5 py-1.5 text-center">
          Not live since {clockTime(state.since)}. What you see may be old; the portal goes on trying.{' '}
          <button type="button" class="underline underline-offset-3 min-h-6 px-1" onClick={live.hurry}>
            Try now
          </button>
        </p>
      )}
      {told.value === 'returned' && (
        <p class="bg-success text-success-content px-3 sm:px-5 py-1.5 text-center">
          Live again, with everything that happened meanwhile.
        </p>
      )}
    </div>
  );
}
