import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useWorkplace } from '../customer/workplace.js';
import { showWaiting } from '../parts/page-title.js';

/** How much waits for people: seen from every screen. */
export function WaitingCount() {
  const { approvals } = useWorkplace();
  const count = approvals.items.value?.length ?? 0;
  if (count === 0) return null;
  return (
    <span class="badge badge-sm badge-warning absolute px-1.5 top-1 max-md:left-[calc(50%+0.25rem)] md:left-[calc(100%-0.375rem)]">
      {count}
      <span class="sr-only"> waiting</span>
    </span>
  );
}

/** Tells those who look at something else, or cannot see it, that something new waits for people. */
export function WaitingNews() {
  const { approvals } = useWorkplace();
  const known = useRef<ReadonlySet<string> | null>(null);
  const news = useSignal('');
  const items = approvals.items.value;
  useEffect(() => {
    showWaiting(items?.length ?? 0);
    if (items === null) return;
    const ids = new Set(items.map(({ pending }) => pending.commandId));
    const fresh = [...ids].filter((id) => known.current?.has(id) === false).length;
    known.current = ids;
    if (fresh > 0) {
      news.value =
        ids.size === 1 ? 'A command waits for a decision.' : `${ids.size} commands wait for a decision.`;
    } else if (ids.size === 0) news.value = '';
  }, [items]);
  return (
    <p role="status" class="sr-only">
      {news.value}
    </p>
  );
}
