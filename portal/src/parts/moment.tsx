import { signal } from '@preact/signals';
import { timeFromNow, timeSince } from './time-words.js';

const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'long',
});

/** This machine's time, every few seconds: what shows "3 min. ago" follows it. */
const tick = signal(Date.now());
setInterval(() => {
  tick.value = Date.now();
}, 5_000);

/** Now, for what is to follow the time. */
export function now(): number {
  return Math.max(tick.value, Date.now());
}

interface MomentProps {
  readonly at: string;
  /** It is one that comes, and not one that was. */
  readonly comes?: boolean;
}

/** A moment as people say it, in the viewer's zone; the exact one on hover. */
export function Moment({ at, comes = false }: MomentProps) {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return <span>unknown</span>;
  return (
    <time dateTime={at} title={`${exact.format(ms)} (${at})`} class="tabular-nums whitespace-nowrap">
      {comes ? timeFromNow(ms, now()) : timeSince(ms, now())}
    </time>
  );
}

/** The hour of the day, in the viewer's zone, where a moment is named once and does not age. */
export const clockTime = (ms: number): string =>
  new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(ms);
