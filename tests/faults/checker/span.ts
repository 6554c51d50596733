/** From one instant to another one, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The same time as spans in order that lie apart from each other. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const apart: { from: number; to: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else apart.push({ ...span });
  }
  return apart;
}

/** Whether it overlaps one of the spans, which are merged. */
export function overlaps(spans: readonly Span[], { from, to }: Span): boolean {
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
