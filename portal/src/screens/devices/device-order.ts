import type { Connection, Device } from '../../api/things.js';

/** How a device stands, in one word: by its life cycle, and by its connection while that is active. */
export type Standing = Connection | Exclude<Device['lifecycle'], 'active'>;

/** Those that somebody should look at come first. */
export const standings = [
  'offline',
  'degraded',
  'stale',
  'online',
  'never',
  'provisioned',
  'suspended',
  'retired',
] as const satisfies readonly Standing[];

export const isStanding = (text: string): text is Standing => standings.some((each) => each === text);

export const standingOf = ({ lifecycle, connection }: Pick<Device, 'lifecycle' | 'connection'>): Standing =>
  lifecycle === 'active' ? connection : lifecycle;

export const columns = ['name', 'state', 'seen', 'location', 'agent'] as const;
export type Column = (typeof columns)[number];
export interface Order {
  readonly by: Column;
  readonly isReversed: boolean;
}

/** `-seen` is by last sight, the other way round. */
export function orderIn(text: string): Order {
  const isReversed = text.startsWith('-');
  const by = columns.find((column) => column === (isReversed ? text.slice(1) : text));
  return by === undefined ? { by: 'name', isReversed: false } : { by, isReversed };
}

/** As a click on the heading of a column changes it; empty is the order of the names. */
export function turnedOrder({ by, isReversed }: Order, column: Column): string {
  const next = by === column && !isReversed ? `-${column}` : column;
  return next === 'name' ? '' : next;
}

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
/** What is not known stands last, in either direction. */
const known = (text: string | null): boolean => text !== null && text !== '';

/** By a column, and by name where that does not tell; a new list. */
export function ordered(devices: readonly Device[], { by, isReversed }: Order): readonly Device[] {
  const sign = isReversed ? -1 : 1;
  const byText = (textOf: (device: Device) => string | null) => (one: Device, other: Device) => {
    const [mine, theirs] = [textOf(one), textOf(other)];
    if (known(mine) !== known(theirs)) return known(mine) ? -1 : 1;
    return sign * words.compare(mine ?? '', theirs ?? '');
  };
  const comparisons: Readonly<Record<Column, (one: Device, other: Device) => number>> = {
    name: byText(({ name }) => name),
    state: (one, other) => sign * (standings.indexOf(standingOf(one)) - standings.indexOf(standingOf(other))),
    // The one that was heard last comes first.
    seen: (one, other) => {
      if ((one.lastSeenAt === null) !== (other.lastSeenAt === null)) return one.lastSeenAt === null ? 1 : -1;
      return sign * (Date.parse(other.lastSeenAt ?? '') - Date.parse(one.lastSeenAt ?? '') || 0);
    },
    location: byText(({ location }) => location),
    agent: byText(({ agentVersion }) => agentVersion),
  };
  const compare = comparisons[by];
  return devices.toSorted(
    (one, other) =>
      compare(one, other) || words.compare(one.name, other.name) || words.compare(one.id, other.id),
  );
}

/** How many stand in each way. */
export function censusOf(devices: readonly Device[]): ReadonlyMap<Standing, number> {
  const counts = new Map<Standing, number>();
  for (const device of devices) counts.set(standingOf(device), (counts.get(standingOf(device)) ?? 0) + 1);
  return counts;
}
