import { describe, expect, it } from '@jest/globals';
import type { Session } from '../../../portal/src/api/things.js';
import { entryWords } from '../../../portal/src/screens/session/entry-words.js';
import { closeWords, sessionAt } from '../../../portal/src/screens/session/session-now.js';
import { nameOf, namesIn } from '../../../portal/src/screens/session/who.js';
import { activityKinds } from '../../../src/domain/activity/activity-entry.js';
import { calledOffBecause } from '../../../src/domain/session/session-rules.js';

const session: Session = {
  id: 'session-1',
  deviceId: 'rack-1',
  customerId: 'customer-1',
  type: 'diagnostic',
  description: null,
  status: 'active',
  openedBy: { kind: 'member', id: 'ola', name: 'Ola then' },
  createdAt: '2026-05-04T10:00:00.000Z',
  expiresAt: '2026-05-04T11:00:00.000Z',
  closedAt: null,
  closeReason: null,
};

const words = (kind: string, data: Readonly<Record<string, unknown>> = {}) =>
  entryWords({
    seq: 1,
    at: session.createdAt,
    kind,
    actor: { kind: 'member', id: 'ola' },
    subject: { kind: 'command', id: 'command-1' },
    data,
  });

describe('what a session tells', () => {
  it('has words of its own for whatever the log says of sessions and commands', () => {
    const untold = activityKinds
      .filter((kind) => /^(session|command)\./.test(kind))
      .filter((kind) => /^(session|command): /.test(words(kind).what));
    expect(untold).toEqual([]);
  });

  it('shows the stable word of what a newer gateway says', () => {
    expect(words('command.put_to_sleep').what).toBe('command: put to sleep');
  });

  it('says how a vote went, and why', () => {
    const denial = words('command.decided', { approved: false, reason: 'Not now.' });
    expect(denial).toEqual({ what: 'denied it', note: 'Not now.' });
    expect(words('command.decided', { approved: true, reason: null })).toEqual({
      what: 'approved it',
      note: null,
    });
  });

  it('says what a closing called off, and why it came when nobody asked for it', () => {
    expect(words('session.closed', { reason: 'closed_by_person', calledOff: 2 })).toEqual({
      what: 'closed the session; 2 commands were called off',
      note: null,
    });
    expect(words('session.closed', { reason: 'device_retired', calledOff: 0 })).toEqual({
      what: 'closed the session',
      note: 'Its device was retired.',
    });
  });

  it('knows every reason for which a session is closed', () => {
    expect(Object.keys(closeWords).sort()).toEqual(Object.keys(calledOffBecause).sort());
  });

  it('is over when its time is, whether anybody has said so or not', () => {
    const end = Date.parse(session.expiresAt);
    expect(sessionAt(session, end - 1)).toBe(session);
    expect(sessionAt(session, end)).toMatchObject({ status: 'expired', closedAt: session.expiresAt });
    const closed: Session = { ...session, status: 'closed', closedAt: session.createdAt };
    expect(sessionAt(closed, end)).toBe(closed);
  });

  it('calls people what they were called then, others what they are called now, and the lost by their id', () => {
    const then = namesIn(session, []);
    const now = new Map([
      ['ola', 'Ola now'],
      ['ada', 'Ada'],
    ]);
    const names = ['ola', 'ada', 'gone'].map((id) => nameOf({ kind: 'member', id }, then, now));
    expect(names).toEqual(['Ola then', 'Ada', 'gone']);
    expect(nameOf({ kind: 'device', id: 'rack-1' }, then, now)).toBe('The device');
  });
});
