import type { ActivityEntry } from '../../api/things.js';

/** As much of an entry of the log as a timeline tells; a live event is one too. */
export type TimelineEntry = Pick<ActivityEntry, 'seq' | 'at' | 'kind' | 'actor' | 'subject' | 'data'>;

/** Whether the log says it about this session, or about a command of it. */
export const concerns = ({ subject, data }: TimelineEntry, sessionId: string): boolean =>
  (subject.kind === 'session' && subject.id === sessionId) || data['sessionId'] === sessionId;

/** Each entry once, in the order of the log, whichever way it came and in whatever order. */
export function merged(
  known: readonly TimelineEntry[],
  more: readonly TimelineEntry[],
): readonly TimelineEntry[] {
  const last = known.at(-1)?.seq ?? 0;
  const isNext = more.every(({ seq }, index) => seq > (more[index - 1]?.seq ?? last));
  if (isNext) return more.length === 0 ? known : [...known, ...more];
  const bySeq = new Map([...known, ...more].map((entry) => [entry.seq, entry]));
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
}

/** One piece of a timeline: what happened to the session itself, or the whole story of one command. */
export type TimelineBlock =
  | { readonly kind: 'session'; readonly key: string; readonly entry: TimelineEntry }
  | {
      readonly kind: 'command';
      readonly key: string;
      readonly commandId: string;
      readonly entries: readonly TimelineEntry[];
    };

/** The entries by what they are about: a command stands where it was first heard of, with all that became of it. */
export function timelineBlocks(entries: readonly TimelineEntry[]): readonly TimelineBlock[] {
  const stories = new Map<string, TimelineEntry[]>();
  const blocks: TimelineBlock[] = [];
  for (const entry of entries) {
    const { kind, id } = entry.subject;
    if (kind !== 'command') {
      blocks.push({ kind: 'session', key: String(entry.seq), entry });
      continue;
    }
    const story = stories.get(id);
    if (story === undefined) {
      const begun = [entry];
      stories.set(id, begun);
      blocks.push({ kind: 'command', key: id, commandId: id, entries: begun });
    } else story.push(entry);
  }
  return blocks;
}
