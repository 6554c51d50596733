const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
/** What comes is called by the unit that it all but fills: a code for a day is not one for 23 hours. */
const nearMs = 30_000;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** How long ago, or how long until, in one unit. */
export function timeFromNow(atMs: number, nowMs: number): string {
  const away = atMs - nowMs;
  for (const [unit, size] of steps) {
    const count = away > 0 ? Math.round(away / size) : Math.trunc(away / size);
    if (Math.abs(away) >= size || away >= size - nearMs) return relative.format(count, unit);
  }
  return away > 0 ? 'in less than a minute' : 'just now';
}

/** How long ago. The gateway's clock may be ahead of the viewer's: what has happened is never yet to come. */
export const timeSince = (atMs: number, nowMs: number): string => timeFromNow(Math.min(atMs, nowMs), nowMs);

/** What was measured, to the millisecond where it is short. */
export const timeTaken = (ms: number): string =>
  ms < 1_000 ? `${Math.max(0, Math.round(ms))} ms` : durationWords(ms);

/** A duration that goes on, or that is left, in at most two units, such as `4 min 20 s` or `2 h`. */
export function durationWords(ms: number): string {
  if (ms > 0 && ms < 1_000) return 'less than a second';
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return inUnits([Math.floor(hours / 24), 'd'], [hours % 24, 'h']);
  if (hours > 0) return inUnits([hours, 'h'], [minutes % 60, 'min']);
  return inUnits([minutes, 'min'], [seconds % 60, 's']);
}

function inUnits(...parts: readonly (readonly [number, string])[]): string {
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.length > 0 ? shown.join(' ') : '0 s';
}
