import type { Command, Session } from '../../api/things.js';
import type { TimelineEntry } from './timeline-entries.js';

/** Names by the id of a person or a program. */
export type Names = ReadonlyMap<string, string>;

/** What those who had a part in a session were called then: they may be gone by now. */
export function namesIn(session: Session, commands: Iterable<Command>): Names {
  const names = new Map([[session.openedBy.id, session.openedBy.name]]);
  for (const { proposedBy, approval } of commands) {
    names.set(proposedBy.id, proposedBy.name);
    for (const { by } of approval?.decisions ?? []) names.set(by.id, by.name);
  }
  return names;
}

const others: Readonly<Record<string, string>> = {
  device: 'The device',
  gateway: 'The gateway',
  cli: 'The command line',
};

/** Who did it: what they were called then, or are called now, or else their id. */
export const nameOf = ({ kind, id }: TimelineEntry['actor'], then: Names, now: Names): string =>
  others[kind] ?? then.get(id) ?? now.get(id) ?? id;
