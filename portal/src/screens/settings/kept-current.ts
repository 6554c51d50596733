import { useEffect } from 'preact/hooks';
import { useWorkplace } from '../../customer/workplace.js';
import type { Loaded } from '../../parts/loaded.js';
import { useLoaded } from '../../parts/loaded.js';

/** Loads something, and again whenever the log tells of it. `kinds`: how the kinds of those entries begin. */
export function useKeptCurrent<Value>(
  key: string,
  kinds: readonly string[],
  load: () => Promise<Value>,
): Loaded<Value> {
  const { live } = useWorkplace();
  const loaded = useLoaded(key, load);
  useEffect(
    () =>
      live.onEvent(({ kind }) => {
        if (kinds.some((each) => kind.startsWith(each))) void loaded.look();
      }),
    [loaded],
  );
  return loaded;
}
