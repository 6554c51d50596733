const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** How long ago, or how long until, in one unit. */
export function timeFromNow(atMs: number, nowMs: number): string {
  const away = atMs - nowMs;
  for (const [unit, size] of steps) {
    if (Math.abs(away) >= size) return relative.format(Math.trunc(away / size), unit);
  }
  return away > 0 ? 'in less than a minute' : 'just now';
}

/** A duration in at most two units, such as `4 min 20 s`. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return ms < 1_000 && ms > 0 ? `${String(Math.round(ms))} ms` : `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min ${String(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${String(hours)} h ${String(minutes % 60)} min`;
  return `${String(Math.floor(hours / 24))} d ${String(hours % 24)} h`;
}
