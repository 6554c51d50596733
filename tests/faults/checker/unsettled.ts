import { nsOf } from '../history/history-event.js';
import type { Book } from './book.js';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A call that waits for a fault to be over may have begun its work before it. */
const reachBackMs = 8_000;
/** What a call left half done when it failed is put right within so long. */
const doubtRepairMs = 9_000;

/** When the dispatch store may not have known all that the record knew: a fault and its repair, or a call in doubt. */
export function unsettledSpans({ faults, doubts }: Pick<Book, 'faults' | 'doubts'>): readonly Span[] {
  const spans = [
    ...faults.map(({ from, to, repairMs }) => ({ from: from - nsOf(reachBackMs), to: to + nsOf(repairMs) })),
    ...doubts.map(({ from, to }) => ({ from, to: to + nsOf(doubtRepairMs) })),
  ].sort((a, b) => a.from - b.from);
  const merged: { from: number; to: number }[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** Whether a call overlaps one of the spans, which are in order and apart from each other. */
export function isUnsettled(spans: readonly Span[], { from, to }: Span): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (span !== undefined && span.to < from) low = middle + 1;
    else high = middle;
  }
  const next = spans[low];
  return next !== undefined && next.from <= to;
}
