import type { CommandRow, LogEntry } from '../../faults/history/final-record.js';
import type { HistoryEvent } from '../../faults/history/history-event.js';
import { nsOf } from '../../faults/history/history-event.js';
import { chained, Chronicle } from './chronicle.js';

export interface SampleHistory {
  history: HistoryEvent[];
  rows: CommandRow[];
  entries: LogEntry[];
  redisKeys: string[];
  /** The commands of the story, by what happened to them. */
  readonly ids: Readonly<Record<SampleName, string>>;
}

type SampleName =
  | 'plain'
  | 'urgent'
  | 'ordinary'
  | 'next'
  | 'lapsed'
  | 'released'
  | 'approved'
  | 'denied'
  | 'calledOff'
  | 'tooLate'
  | 'dead'
  | 'unknown'
  | 'expired'
  | 'doubtful'
  | 'southern'
  | 'laneFirst'
  | 'laneSecond'
  | 'keyOld'
  | 'keyNew'
  | 'keyNewest';

/** A day in which everything happened that can happen to a command, and every promise was kept. */
export function sampleHistory(): SampleHistory {
  const day = new Chronicle();
  signIn(day, 'd1');
  signIn(day, 'd2');
  const ids = { ...queues(day), ...lapses(day), ...decisions(day), ...companies(day), ...ends(day) };
  fault(day);
  revocation(day);
  day.history.push({ f: 'proposed_all', at: day.now });
  day.pass(500);
  day.history.push({ f: 'drained', at: day.now });
  return {
    history: day.history,
    rows: day.rows,
    entries: chained(day.entries),
    redisKeys: ['fg:{s01}:epoch', 'fg:token:aa', 'fg:{s01}:served:d1:a1'],
    ids,
  };
}

function queues(day: Chronicle) {
  const plain = day.propose({ device: 'd1' });
  const [held] = day.claim('d1', [plain]);
  if (held !== undefined) day.result(held);
  if (held !== undefined) day.refused('result', held, 'result_conflict', { content: 'failed other' });
  day.clash(plain);
  const ordinary = day.propose({ device: 'd1' });
  const urgent = day.propose({ device: 'd1', priority: 10 });
  const next = day.propose({ device: 'd1' });
  for (const one of day.claim('d1', [urgent, ordinary])) day.result(one);
  for (const one of day.claim('d1', [next])) day.result(one, 'failed');
  const southern = day.propose({ device: 'd2', customer: 'south' });
  const [far] = day.claim('d2', [southern]);
  if (far !== undefined) {
    day.refused('result', far, 'command_not_found', { device: 'd1', foreign: true, content: 'stolen' });
    day.result(far);
  }
  return { plain, ordinary, urgent, next, southern };
}

function lapses(day: Chronicle) {
  const lapsed = day.propose({ device: 'd1' });
  const [stale] = day.claim('d1', [lapsed], { leaseMs: 1_000 });
  day.pass(1_050);
  day.lapse(lapsed);
  day.act('read', lapsed, 'proposer');
  const [fresh] = day.claim('d1', [lapsed]);
  if (stale !== undefined) day.refused('result', stale, 'claim_superseded', { content: 'late' });
  if (fresh !== undefined) {
    day.extend(fresh, 6_000);
    day.result(fresh, 'succeeded', ['info', 'ok']);
  }
  day.act('read', lapsed, 'proposer');
  const released = day.propose({ device: 'd1' });
  for (const one of day.claim('d1', [released])) day.release(one);
  for (const one of day.claim('d1', [released], { tries: ['info', 'ok'] })) day.result(one);
  const dead = day.propose({ device: 'd1', maxAttempts: 2 });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    day.claim('d1', [dead], { leaseMs: 1_000 });
    day.pass(1_050);
    day.lapse(dead);
  }
  const unknown = day.propose({ device: 'd1', needs: 'approval', once: true });
  day.act('approve', unknown, 'second');
  day.claim('d1', [unknown], { leaseMs: 1_000 });
  day.pass(1_050);
  day.lapse(unknown);
  day.act('settle', unknown, 'proposer');
  return { lapsed, released, dead, unknown };
}

function decisions(day: Chronicle) {
  const approved = day.propose({ device: 'd1', needs: 'approval' });
  day.act('approve', approved, 'proposer', 'self_approval');
  day.act('approve', approved, 'second');
  for (const one of day.claim('d1', [approved])) day.result(one);
  const denied = day.propose({ device: 'd1', needs: 'approval' });
  day.act('deny', denied, 'second');
  day.act('approve', denied, 'third', 'already_decided');
  return { approved, denied };
}

function companies(day: Chronicle) {
  const laneFirst = day.propose({ device: 'd1', lane: 'network' });
  const laneSecond = day.propose({ device: 'd1', lane: 'network' });
  for (const one of day.claim('d1', [laneFirst])) {
    day.pass(500);
    day.result(one);
  }
  for (const one of day.claim('d1', [laneSecond])) {
    day.pass(500);
    day.result(one);
  }
  const keyOld = day.propose({ device: 'd1', dedupeKey: 'latest' });
  const keyNew = day.propose({ device: 'd1', dedupeKey: 'latest' });
  day.replace(keyOld);
  const [held] = day.claim('d1', [keyNew]);
  const keyNewest = day.propose({ device: 'd1', dedupeKey: 'latest' });
  day.pass(500);
  if (held !== undefined) day.result(held);
  for (const one of day.claim('d1', [keyNewest])) day.result(one);
  return { laneFirst, laneSecond, keyOld, keyNew, keyNewest };
}

function ends(day: Chronicle) {
  const calledOff = day.propose({ device: 'd1' });
  day.act('cancel', calledOff, 'proposer');
  const tooLate = day.propose({ device: 'd1' });
  const [running] = day.claim('d1', [tooLate]);
  day.act('cancel', tooLate, 'proposer');
  if (running !== undefined) day.result(running);
  day.act('cancel', tooLate, 'proposer', 'command_finished');
  const expired = day.propose({ device: 'd3', customer: 'south', expiresInMs: 60_000 });
  const doubtful = day.propose({ device: 'd1' }, ['info', 'ok']);
  for (const one of day.claim('d1', [doubtful])) day.result(one);
  for (let minute = 0; minute < 6; minute += 1) {
    // Somebody always proposes: a long silence would be another story.
    day.pass(10_500);
    const filler = day.propose({ device: 'd2', customer: 'south' });
    for (const one of day.claim('d2', [filler])) day.result(one);
  }
  day.row(expired).state = 'expired';
  day.log(expired, 'command.expired', null, { state: 'expired' });
  return { calledOff, tooLate, expired, doubtful };
}

function signIn(day: Chronicle, device: string): void {
  day.history.push({ ...day.call(device), f: 'signIn', device, session: `${device}#1` });
}

function fault(day: Chronicle): void {
  const from = day.now;
  day.pass(2_000);
  const facts = { repairMs: 9_000, redisLost: 12, lostTail: false, note: '' };
  day.history.push({ f: 'fault', kind: 'Redis FLUSHALL', from, to: day.now, ...facts });
}

function revocation(day: Chronicle): void {
  day.history.push({ ...day.call('proposer'), f: 'revoke', device: 'd1', session: '' });
  day.pass(6_000);
  const call = day.call('thief', 'fail', 'unauthenticated');
  day.history.push({ ...call, f: 'beat', device: 'd1', session: 'd1#1' });
  signInAgain(day);
  const last = day.propose({ device: 'd1' });
  for (const one of day.claim('d1', [last], { session: 'd1#2' })) {
    day.refused('progress', one, 'unauthenticated');
    day.result(one, 'succeeded', ['ok'], 'd1#2');
  }
}

function signInAgain(day: Chronicle): void {
  day.history.push({ ...day.call('d1'), f: 'signIn', device: 'd1', session: 'd1#2' });
}

export const milliseconds = nsOf;
