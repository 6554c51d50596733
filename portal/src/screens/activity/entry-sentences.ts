import type { LogEntry } from './log-entry.js';

type Data = LogEntry['data'];
type Words = string | ((data: Data) => string);

const because = (words: string) => (data: Data) =>
  typeof data['reason'] === 'string' && data['reason'] !== '' ? `${words}: {reason}` : words;

/**
 * What each kind of entry says. `{actor}` and `{subject}` are who did it and what it is about; `{device}` and
 * `{session}` are those that the data names; any other word in braces is a member of the data.
 */
export const sentences: Readonly<Record<string, Words>> = {
  'customer.created': '{actor} made the customer {name}',
  'member.added': '{actor} made {subject} a member, as {role}',
  'member.role_changed': '{actor} changed the role of {subject} from {from} to {role}',
  'member.renamed': '{actor} gave {subject} the name {name}',
  'member.removed': '{actor} removed the member {subject}, who was {role}',
  'api_key.created': '{actor} made the API key {name}, as {role}',
  'api_key.revoked': '{actor} revoked the API key {subject}',
  'policy.changed': '{actor} changed the approval policy',
  'standing_grant.requested': '{actor} asked for {subject} for {type}',
  'standing_grant.decided': (data) =>
    because(`{actor} voted ${data['approved'] === true ? 'for' : 'against'} {subject} for {type}`)(data),
  'standing_grant.decision_refused': 'The vote of {actor} on {subject} for {type} was refused: {code}',
  'standing_grant.approved': 'With the vote of {actor}, {subject} for {type} is approved',
  'standing_grant.rejected': 'With the vote of {actor}, {subject} for {type} is denied',
  'standing_grant.revoked': '{actor} revoked {subject} for {type}',
  'device.provisioned': '{actor} added the device {subject}',
  'device.activation_code_issued': '{actor} issued an activation code for {subject}',
  'device.activation_code_voided':
    'The activation code of {subject} is void: {wrongTries} wrong ones were tried',
  'device.registered': ({ repeated }) =>
    repeated === true ? '{subject} repeated its registration' : '{subject} registered',
  'device.signed_in': '{subject} signed in',
  'device.sign_in_refused': 'A sign-in as {subject} was refused: {code}',
  'device.secret_rotated': '{subject} took a new secret',
  'device.updated': '{actor} changed the name, place or labels of {subject}',
  'device.suspended': '{actor} suspended {subject}',
  'device.resumed': '{actor} resumed {subject}',
  'device.retired': '{actor} retired {subject}',
  'device.queue_paused': because('{actor} paused the queue of {subject}'),
  'device.queue_resumed': '{actor} let the queue of {subject} go on',
  'device.signed_out': '{actor} signed {subject} out everywhere',
  'command.proposed': ({ waits }) =>
    waits === true
      ? '{actor} proposed {subject} on {device}, which waits for approval'
      : '{actor} asked for {subject} on {device}',
  'command.decided': (data) =>
    because(`{actor} ${data['approved'] === true ? 'approved' : 'denied'} {subject} on {device}`)(data),
  'command.decision_refused': 'The vote of {actor} on {subject} on {device} was refused: {code}',
  'command.approved': '{subject} on {device} has the approvals that it needs; the last came from {actor}',
  'command.rejected': '{subject} on {device} will not run, by the vote of {actor}',
  'command.claimed': ({ attempt }) =>
    typeof attempt === 'number' && attempt > 1
      ? '{device} took {subject}, attempt {attempt}'
      : '{device} took {subject}',
  'command.resumed': '{device} went on with {subject}',
  'command.released': because('{device} gave {subject} back'),
  'command.lapsed': '{device} did not report on {subject} in time; it is {state} now',
  'command.cancel_requested': '{actor} asked {device} to stop {subject}',
  'command.cancelled': '{actor} cancelled {subject} on {device}',
  'command.expired': ({ reason }) =>
    reason === 'approval_window_over'
      ? 'Not enough people decided on {subject} on {device} in time'
      : '{subject} on {device} ran out of time',
  'command.finished': '{device} finished {subject}: {state}',
  'command.settled': because('{actor} settled {subject} on {device} as {settlement}'),
  'command.broke_glass': because('{actor} broke glass: {subject} on {device} ran without approval'),
  'command.break_glass_reviewed': '{actor} reviewed the break-glass {subject} on {device}: {verdict}',
  'session.opened': '{actor} opened {subject} ({type}) on {device}',
  'session.closed': '{actor} closed {subject} on {device}',
  'session.expired': 'The time of {subject} on {device} was over',
};

export type SentencePart =
  | { readonly kind: 'text'; readonly text: string }
  /** What somebody wrote, or a word of the data. */
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'actor' | 'subject'; readonly party: LogEntry['subject'] };

/** An entry in plain words, in parts. A kind that this portal does not know is named as it is. */
export function sentenceOf(entry: LogEntry): readonly SentencePart[] {
  const words = sentences[entry.kind] ?? '{actor}: {kind}, about {subject}';
  const template = typeof words === 'string' ? words : words(entry.data);
  const parts = template.split(/(\{\w+\})/).filter((part) => part !== '');
  return parts.map((part) => (/^\{\w+\}$/.test(part) ? filled(part.slice(1, -1), entry) : text(part)));
}

const stableWords = new Set(['code', 'state', 'settlement']);

const text = (words: string): SentencePart => ({ kind: 'text', text: words });

function filled(name: string, { actor, subject, kind, data }: LogEntry): SentencePart {
  if (name === 'actor') return { kind: 'actor', party: actor };
  if (name === 'subject') return { kind: 'subject', party: subject };
  if (name === 'kind') return { kind: 'value', text: kind };
  const value = data[name === 'device' ? 'deviceId' : name === 'session' ? 'sessionId' : name];
  if ((name === 'device' || name === 'session') && typeof value === 'string')
    return { kind: 'subject', party: { kind: name, id: value } };
  if (value === undefined || value === null) return text('something');
  // Stable words of the gateway, and none that somebody wrote.
  if (stableWords.has(name) && typeof value === 'string')
    return { kind: 'value', text: value.replaceAll('_', ' ') };
  return { kind: 'value', text: typeof value === 'string' ? value : JSON.stringify(value) };
}
