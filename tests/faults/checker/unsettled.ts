import { nsOf } from '../history/history-event.js';
import type { Book } from './book.js';
import { merged, overlaps } from './span.js';
import type { Span } from './span.js';

/** A call that waits for a fault to be over may have begun its work before it. */
const reachBackMs = 3_000;
/** What a call left half done when it failed is put right within so long. */
const doubtRepairMs = 9_000;

export type IsUnsettled = (device: string, span: Span) => boolean;

/**
 * Tells when the dispatch store may not have known of a device all that the record knew: during a fault and its
 * repair, and after a call about the device of which nobody knows how it ended.
 */
export function unsettled({ faults, doubts }: Pick<Book, 'faults' | 'doubts'>): IsUnsettled {
  const forAll = merged(
    faults.map(({ from, to, repairMs }) => ({ from: from - nsOf(reachBackMs), to: to + nsOf(repairMs) })),
  );
  const byDevice = new Map(
    [...doubts].map(([device, spans]) => [
      device,
      merged(spans.map(({ from, to }) => ({ from, to: to + nsOf(doubtRepairMs) }))),
    ]),
  );
  return (device, span) => overlaps(forAll, span) || overlaps(byDevice.get(device) ?? [], span);
}
