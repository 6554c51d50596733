import { reasonWords } from '../command/command-words.js';
import { closeWords } from './session-now.js';
import type { TimelineEntry } from './timeline-entries.js';

/** What an entry tells, after the name of who did it, and what that person or device wrote about it. */
export interface EntryWords {
  readonly what: string;
  readonly note: string | null;
}

type Data = TimelineEntry['data'];

const textIn = (data: Data, name: string): string | null => {
  const value = data[name];
  return typeof value === 'string' && value !== '' ? value : null;
};
const numberIn = (data: Data, name: string): number => (typeof data[name] === 'number' ? data[name] : 0);
const attemptIn = (data: Data): string => {
  const attempt = numberIn(data, 'attempt');
  return attempt > 1 ? `, attempt ${String(attempt)}` : '';
};
const because = (data: Data): string => {
  const reason = textIn(data, 'reason');
  return reason === null ? '' : `: ${reasonWords(reason)}`;
};
const plain = (what: string): EntryWords => ({ what, note: null });
const calledOff = (data: Data): string => {
  const count = numberIn(data, 'calledOff');
  if (count === 0) return '';
  return `; ${String(count)} ${count === 1 ? 'command was' : 'commands were'} called off`;
};

const words: Readonly<Record<string, (data: Data) => EntryWords>> = {
  'session.opened': (data) => ({ what: 'opened the session', note: textIn(data, 'description') }),
  'session.closed': (data) => {
    const reason = textIn(data, 'reason');
    const why = reason === null || reason === 'closed_by_person' ? null : (closeWords[reason] ?? reason);
    return { what: `closed the session${calledOff(data)}`, note: why };
  },
  'session.expired': (data) => plain(`noted that the time of the session was over${calledOff(data)}`),
  'command.proposed': (data) =>
    plain(data['waits'] === true ? 'proposed it; people have to approve it' : 'asked for it'),
  'command.decided': (data) => ({
    what: data['approved'] === true ? 'approved it' : 'denied it',
    note: textIn(data, 'reason'),
  }),
  'command.decision_refused': (data) => ({
    what: `wanted to ${data['approved'] === true ? 'approve' : 'deny'} it, and was refused: ${reasonWords(textIn(data, 'code') ?? 'unknown')}`,
    note: textIn(data, 'reason'),
  }),
  'command.approved': () => plain('made the approvals complete: it may run'),
  'command.rejected': () => plain('ended it with the denial: it never runs'),
  'command.claimed': (data) => plain(`took it${attemptIn(data)}`),
  'command.resumed': (data) => plain(`went on with it${attemptIn(data)}`),
  'command.released': (data) => ({ what: `gave it back${attemptIn(data)}`, note: textIn(data, 'reason') }),
  'command.lapsed': (data) => plain(`heard nothing more of it from the device${attemptIn(data)}`),
  'command.cancel_requested': () => plain('asked the device to stop it'),
  'command.cancelled': (data) => plain(`called it off${because(data)}`),
  'command.expired': (data) => plain(`ended it, because its time was over${because(data)}`),
  'command.finished': (data) => {
    const status = reasonWords(textIn(data, 'status') ?? textIn(data, 'state') ?? 'ended');
    return plain(`reported: ${status}${data['late'] === true ? ', late' : ''}${attemptIn(data)}`);
  },
  'command.settled': (data) => ({
    what: `settled it as ${reasonWords(textIn(data, 'settlement') ?? 'ended')}`,
    note: textIn(data, 'reason'),
  }),
  'command.broke_glass': (data) => ({ what: 'broke the glass for it', note: textIn(data, 'reason') }),
  'command.break_glass_reviewed': (data) => ({
    what: 'reviewed the broken glass',
    note: textIn(data, 'note'),
  }),
};

/** A newer gateway may say more than is known here: then its own stable word is shown. */
export const entryWords = ({ kind, data }: TimelineEntry): EntryWords =>
  words[kind]?.(data) ?? plain(reasonWords(kind.replace('.', ': ')));
