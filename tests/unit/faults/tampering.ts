import { expect, it } from '@jest/globals';
import { checkHistory } from '../../faults/checker/check-history.js';
import type {
  ClaimCall,
  HistoryEvent,
  PersonCall,
  ProposeCall,
  WriteCall,
} from '../../faults/history/history-event.js';
import { chained } from './chronicle.js';
import type { SampleHistory } from './sample-history.js';
import { sampleHistory } from './sample-history.js';

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Which promises the checker finds broken in a history that was tampered with. */
export async function broken(tamper: (sample: SampleHistory) => void): Promise<readonly string[]> {
  const sample = sampleHistory();
  tamper(sample);
  const { violations } = await checkHistory(sample);
  return violations.map(({ property }) => property);
}

type EventOf<Name, Event = HistoryEvent> = Event extends { readonly f: infer F }
  ? Name extends F
    ? Event
    : never
  : never;

export const calls = <Name extends HistoryEvent['f']>(sample: SampleHistory, f: Name) =>
  sample.history.filter((event): event is HistoryEvent & EventOf<Name> => event.f === f);

export function one<Item>(items: readonly Item[], fits: (item: Item) => boolean = () => true): Mutable<Item> {
  const found = items.find(fits);
  if (found === undefined) throw new Error('The sample has no such thing.');
  return found;
}

export const write = (
  sample: SampleHistory,
  f: WriteCall['f'],
  command: string,
  type = 'ok',
): Mutable<WriteCall> =>
  one(
    sample.history.filter((event): event is WriteCall => event.f === f),
    (call) => call.command === command && call.type === type,
  );

export const act = (sample: SampleHistory, f: PersonCall['f'], command: string): Mutable<PersonCall> =>
  one(
    sample.history.filter((event): event is PersonCall => event.f === f),
    (call) => call.command === command && call.type === 'ok',
  );

export const proposal = (sample: SampleHistory, command: string): Mutable<ProposeCall> =>
  one(calls(sample, 'propose'), ({ answer }) => answer?.command === command);

export const claimOf = (sample: SampleHistory, command: string, attempt = 1): Mutable<ClaimCall> =>
  one(
    calls(sample, 'claim'),
    ({ answer }) => answer?.some((got) => got.command === command && got.attempt === attempt) === true,
  );

export const row = (sample: SampleHistory, id: string) => one(sample.rows, (found) => found.id === id);

/** Takes an entry out, or puts another one in its place, and links the log anew: only what it says is wrong. */
export function relog(
  sample: SampleHistory,
  command: string,
  kind: string,
  replace: (entry: SampleHistory['entries'][number]) => SampleHistory['entries'],
): void {
  const index = sample.entries.findIndex((entry) => entry.subjectId === command && entry.kind === kind);
  const entry = one(sample.entries.slice(index));
  sample.entries = chained([
    ...sample.entries.slice(0, index),
    ...replace(entry),
    ...sample.entries.slice(index + 1),
  ]);
}

export function swapTimes(a: Mutable<ClaimCall>, b: Mutable<ClaimCall>): void {
  [a.from, a.to, b.from, b.to] = [b.from, b.to, a.from, a.to];
}

/** What was done to a good history, which promise that breaks, and how it is done. */
export type Planted = readonly [string, string, (sample: SampleHistory) => void];

export function catchesEach(planted: readonly Planted[]): void {
  it.each(planted)('catches %s as "%s"', async (_, property, tamper) => {
    expect(await broken(tamper)).toContain(property);
  });
}
