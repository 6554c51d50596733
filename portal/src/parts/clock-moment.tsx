import { clockTime } from './moment.js';

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

const wholeDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });

/** The day of a moment in the viewer's zone. */
export function dayWords(at: string): string {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? 'unknown' : wholeDay.format(ms);
}

/** The hour of the day in the viewer's zone, with the day where that is not today; the exact moment on hover. */
export function ClockMoment({ at }: { readonly at: string }) {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return <span>unknown</span>;
  const isToday = new Date(ms).toDateString() === new Date().toDateString();
  return (
    <time dateTime={at} title={`${exact.format(ms)} (${at})`} class="tabular-nums whitespace-nowrap">
      {isToday ? clockTime(ms) : `${day.format(ms)}, ${clockTime(ms)}`}
    </time>
  );
}
