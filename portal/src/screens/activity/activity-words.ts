import type { ActivityEntry } from '../../api/things.js';
import { reasonWords } from '../command/command-words.js';

/** What happened, after the name of whoever did it. */
const words: Readonly<Record<string, string>> = {
  'customer.created': 'made this customer',
  'member.added': 'added a member',
  'member.role_changed': 'changed the role of a member',
  'member.renamed': 'renamed a member',
  'member.removed': 'removed a member',
  'api_key.created': 'made an API key',
  'api_key.revoked': 'revoked an API key',
  'policy.changed': 'changed the approval policy',
  'standing_grant.requested': 'asked for a standing grant',
  'standing_grant.decided': 'voted on a standing grant',
  'standing_grant.approved': 'brought a standing grant into force',
  'standing_grant.rejected': 'denied a standing grant',
  'standing_grant.revoked': 'revoked a standing grant',
  'device.provisioned': 'added a device',
  'device.activation_code_issued': 'issued an activation code',
  'device.activation_code_voided': 'voided an activation code',
  'device.registered': 'registered',
  'device.signed_in': 'signed in',
  'device.sign_in_refused': 'was refused to sign in',
  'device.secret_rotated': 'rotated its secret',
  'device.updated': 'changed what is written of a device',
  'device.suspended': 'suspended a device',
  'device.resumed': 'resumed a device',
  'device.retired': 'retired a device',
  'device.queue_paused': 'paused the queue of a device',
  'device.queue_resumed': 'resumed the queue of a device',
  'device.signed_out': 'signed a device out',
  'command.proposed': 'proposed a command',
  'command.decided': 'voted on a command',
  'command.decision_refused': 'voted, and the vote was refused',
  'command.approved': 'let a command run',
  'command.rejected': 'denied a command',
  'command.claimed': 'claimed a command',
  'command.resumed': 'went on with a command',
  'command.released': 'gave a command back',
  'command.lapsed': 'took a command back from a silent device',
  'command.cancel_requested': 'asked a device to stop a command',
  'command.cancelled': 'cancelled a command',
  'command.expired': 'let a command expire',
  'command.finished': 'finished a command',
  'command.settled': 'settled a command of unknown outcome',
  'session.opened': 'opened a session',
  'session.closed': 'closed a session',
  'session.expired': 'ended a session: its time was over',
  'command.broke_glass': 'broke the glass for a command',
  'command.break_glass_reviewed': 'reviewed a broken glass',
};

export const whatHappened = (kind: string): string => words[kind] ?? reasonWords(kind.replace('.', ': '));

/** Facts of an entry that say more than its kind, as one line; ids are shown apart. */
export function factsOf({ data }: Pick<ActivityEntry, 'data'>): string {
  const facts = ['type', 'state', 'status', 'approved', 'reason', 'role', 'name', 'code'].flatMap((name) => {
    const value = data[name];
    if (typeof value === 'boolean') return [name === 'approved' ? (value ? 'for it' : 'against it') : name];
    return typeof value === 'string' && value !== '' ? [reasonWords(value)] : [];
  });
  return [...new Set(facts)].join(' · ');
}
