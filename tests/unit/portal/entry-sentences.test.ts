import { describe, expect, it } from '@jest/globals';
import { sentenceOf, sentences } from '../../../portal/src/screens/activity/entry-sentences.js';
import type { LogEntry } from '../../../portal/src/screens/activity/log-entry.js';
import { fits, nameOf } from '../../../portal/src/screens/activity/log-entry.js';
import { activityKinds } from '../../../src/domain/activity/activity-entry.js';

const entry = (change: Partial<LogEntry>): LogEntry => ({
  seq: 1,
  at: '2026-01-01T00:00:00.000Z',
  kind: 'command.proposed',
  actor: { kind: 'member', id: 'ada' },
  subject: { kind: 'command', id: 'c-1' },
  data: {},
  requestId: null,
  ...change,
});
const names = new Map([
  ['ada', 'Ada'],
  ['c-1', 'Restart a service'],
]);

/** As a reader has it before them. */
const read = (given: LogEntry): string =>
  sentenceOf(given)
    .map((part) => ('party' in part ? nameOf(part.party, names) : part.text))
    .join('');

describe('the sentence of an entry', () => {
  it('is there for every kind of entry, and for no other', () => {
    expect(Object.keys(sentences).sort()).toEqual([...activityKinds].sort());
  });

  it.each(activityKinds)('of %s is plain, whatever the data lacks', (kind) => {
    const sentence = read(entry({ kind }));
    expect(sentence).toMatch(/^[A-Z a-z].{8,}$/);
    expect(sentence).not.toMatch(/[{}]|undefined|null/);
    expect(sentenceOf(entry({ kind })).some((part) => 'party' in part)).toBe(true);
  });

  it('says what waits, and what does not', () => {
    const data = { deviceId: 'rack-1', waits: true };
    expect(read(entry({ data }))).toBe('Ada proposed Restart a service on rack-1, which waits for approval');
    expect(read(entry({ data: { ...data, waits: false } }))).toBe(
      'Ada asked for Restart a service on rack-1',
    );
  });

  it('gives the reason where there is one', () => {
    const paused = { kind: 'device.queue_paused', subject: { kind: 'device', id: 'rack-1' } };
    expect(read(entry({ ...paused, data: { reason: 'Works.' } }))).toBe(
      'Ada paused the queue of rack-1: Works.',
    );
    expect(read(entry({ ...paused, data: { reason: null } }))).toBe('Ada paused the queue of rack-1');
  });

  it('keeps what somebody wrote apart from its own words, braces too', () => {
    const parts = sentenceOf(
      entry({ kind: 'member.renamed', data: { name: '{actor}' }, subject: { kind: 'member', id: 'bob' } }),
    );
    expect(parts.at(-1)).toEqual({ kind: 'value', text: '{actor}' });
  });

  it('names a kind that a newer gateway has', () => {
    expect(read(entry({ kind: 'device.sang' }))).toBe('Ada: device.sang, about Restart a service');
  });
});

describe('a filter of the log', () => {
  it('lets through what is about somebody, by somebody, or both', () => {
    const one = entry({});
    expect(fits({ subject: '', actor: '' }, one)).toBe(true);
    expect(fits({ subject: 'c-1', actor: 'ada' }, one)).toBe(true);
    expect(fits({ subject: 'c-1', actor: 'bob' }, one)).toBe(false);
    expect(fits({ subject: 'c-2', actor: '' }, one)).toBe(false);
  });
});
