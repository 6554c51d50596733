import type { ActivityEntry } from '../../api/things.js';
import type { Names } from '../../customer/thing-names.js';

/** An entry as it is shown, read from the log or heard live. */
export type LogEntry = Pick<
  ActivityEntry,
  'seq' | 'at' | 'kind' | 'actor' | 'subject' | 'data' | 'requestId'
>;

/** What of the log is wanted: empty for everybody and everything. */
export interface LogFilter {
  readonly subject: string;
  readonly actor: string;
}

export const fits = ({ subject, actor }: LogFilter, entry: LogEntry): boolean =>
  (subject === '' || entry.subject.id === subject) && (actor === '' || entry.actor.id === actor);

const unnamed: Readonly<Record<string, string>> = {
  gateway: 'the gateway',
  cli: 'the operator’s command line',
  command: 'a command',
  session: 'a session',
  standing_grant: 'a standing grant',
  customer: 'the customer',
};

/** How somebody or something is called in a sentence: by name, by what it is, or by its id where that tells more. */
export const nameOf = ({ kind, id }: LogEntry['subject'], names: Names): string =>
  names.get(id) ?? unnamed[kind] ?? id;
