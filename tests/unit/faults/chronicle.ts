import type { CommandRow, LogEntry } from '../../faults/history/final-record.js';
import type {
  Call,
  Delivered,
  HistoryEvent,
  PersonCall,
  ProposeCall,
  WriteCall,
} from '../../faults/history/history-event.js';
import { nsOf } from '../../faults/history/history-event.js';
import { hashOf } from '../../faults/checker/activity-log.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Proposal {
  readonly device: string;
  readonly customer?: string;
  readonly needs?: ProposeCall['needs'];
  readonly once?: boolean;
  readonly priority?: number;
  readonly maxAttempts?: number;
  readonly expiresInMs?: number;
  readonly lane?: string;
  readonly dedupeKey?: string;
}

interface Held {
  readonly id: string;
  readonly attempt: number;
  readonly token: string;
}

const callMs = 4;

/** Writes a history down as a gateway that keeps all its promises would make it, log and record included. */
export class Chronicle {
  readonly history: HistoryEvent[] = [];
  readonly rows: Mutable<CommandRow>[] = [];
  readonly entries: LogEntry[] = [];
  #now = nsOf(1_000);
  #calls = 0;
  #claims = 0;

  pass(ms: number): void {
    this.#now += nsOf(ms);
  }

  get now(): number {
    return this.#now;
  }

  call(p: string, type: Call['type'] = 'ok', code: string | null = null): Call {
    this.#calls += 1;
    this.pass(1);
    const from = this.#now;
    this.pass(callMs);
    return { i: this.#calls, p, node: 'gw1', from, to: this.#now, type, code };
  }

  propose(proposal: Proposal, tries: readonly Call['type'][] = ['ok']): string {
    const number = this.rows.length + 1;
    const id = `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
    const { device, customer = 'north', needs = 'nothing', once = false } = proposal;
    const { priority = 0, maxAttempts = 5, expiresInMs = 3_600_000 } = proposal;
    const { lane = null, dedupeKey = null } = proposal;
    const facts = { customer, device, needs, once, priority, maxAttempts, expiresInMs, lane, dedupeKey };
    const payload = `disk_usage {"path":"/c${String(number)}"}`;
    const state = needs === 'approval' ? 'awaiting_approval' : 'queued';
    for (const [index, type] of tries.entries()) {
      const call = this.call('proposer', type, type === 'ok' ? null : 'dependency_unavailable');
      const answer = type === 'ok' ? { command: id, state } : null;
      this.history.push({
        ...call,
        f: 'propose',
        ...facts,
        key: `k${String(number)}`,
        payload,
        clashes: false,
        answer,
      });
      if (index > 0) continue;
      const row = { id, customer, device, payload, state, attempt: 0, maxAttempts, lapses: 0, releases: 0 };
      this.rows.push({ ...row, content: null });
      this.log(id, 'command.proposed', call, { waits: needs === 'approval' });
    }
    return id;
  }

  clash(id: string): void {
    const original = this.history.find(
      (event): event is ProposeCall => event.f === 'propose' && event.answer?.command === id,
    );
    if (original === undefined) throw new Error('It was never proposed.');
    const call = this.call('proposer', 'fail', 'idempotency_mismatch');
    const payload = original.payload.replace('/c', '/c-');
    this.history.push({ ...original, ...call, payload, clashes: true, answer: null });
  }

  /** One claim call. Of several tries all but the last were answered nothing. */
  claim(
    device: string,
    ids: readonly string[],
    {
      leaseMs = 5_000,
      tries = ['ok'],
      session = `${device}#1`,
    }: { leaseMs?: number; tries?: readonly Call['type'][]; session?: string } = {},
  ): readonly Held[] {
    this.#claims += 1;
    const attemptId = `a${String(this.#claims)}`;
    let delivered: Delivered[] = [];
    for (const [index, type] of tries.entries()) {
      const call = this.call(device, type, type === 'ok' ? null : 'ECONNRESET');
      if (index === 0) {
        delivered = ids.map((id) => {
          const row = this.row(id);
          row.attempt += 1;
          row.state = 'claimed';
          this.log(id, 'command.claimed', call, { attempt: row.attempt });
          const token = `${id.slice(-4)}/${String(row.attempt)}`;
          return { command: id, attempt: row.attempt, token, visibleForMs: leaseMs, payload: row.payload };
        });
      }
      this.history.push({
        ...call,
        f: 'claim',
        device,
        session,
        attemptId,
        answer: type === 'ok' ? delivered : null,
      });
    }
    return delivered.map(({ command, attempt, token }) => ({ id: command, attempt, token }));
  }

  /** A newer one with its key was recorded while nobody held it. */
  replace(id: string): void {
    const by = this.history.findLast((event): event is ProposeCall => event.f === 'propose');
    this.row(id).state = 'cancelled';
    this.log(id, 'command.cancelled', by ?? null, { state: 'cancelled' });
  }

  lapse(id: string): void {
    const row = this.row(id);
    row.lapses += 1;
    const proposal = this.history.find((event) => event.f === 'propose' && event.payload === row.payload);
    const once = proposal?.f === 'propose' && proposal.once;
    row.state = once ? 'unknown_outcome' : row.attempt >= row.maxAttempts ? 'dead' : 'queued';
    this.log(id, 'command.lapsed', null, { state: row.state, attempt: row.attempt });
  }

  result(held: Held, status = 'succeeded', tries: readonly Call['type'][] = ['ok'], session?: string): void {
    const row = this.row(held.id);
    const content = `${status} ${held.id} ${String(held.attempt)}`;
    const late = row.state !== 'claimed';
    for (const [index, type] of tries.entries()) {
      const call = this.call(row.device, type);
      if (index === 0) {
        row.state = status === 'cancelled' ? 'cancelled' : status === 'succeeded' ? 'succeeded' : 'failed';
        row.content = content;
        this.log(held.id, 'command.finished', call, { attempt: held.attempt, state: row.state });
      }
      const answer = type === 'ok' ? { state: row.state, late } : null;
      this.#write(call, 'result', held, { content, answer, ...(session !== undefined && { session }) });
    }
  }

  release(held: Held): void {
    const row = this.row(held.id);
    const call = this.call(row.device);
    row.releases += 1;
    row.state = row.attempt >= row.maxAttempts ? 'dead' : 'queued';
    this.log(held.id, 'command.released', call, { attempt: held.attempt, state: row.state });
    this.#write(call, 'release', held, { answer: { state: row.state, late: false } });
  }

  extend(held: Held, extensionMs: number): void {
    const answer = { state: null, late: false };
    this.#write(this.call(this.row(held.id).device), 'extend', held, { extensionMs, answer });
  }

  refused(f: WriteCall['f'], held: Held, code: string, more: Partial<WriteCall> = {}): void {
    this.#write(this.call(this.row(held.id).device, 'fail', code), f, held, more);
  }

  act(f: PersonCall['f'], id: string, person: string, code: string | null = null): void {
    const row = this.row(id);
    const call = this.call(person, code === null ? 'ok' : 'fail', code);
    if (code === null) this.#effect(f, id, call);
    const answer = code === null ? { state: row.state, attempt: row.attempt } : null;
    const { customer } = row;
    this.history.push({ ...call, f, customer, person, command: id, foreign: false, answer });
  }

  log(subjectId: string, kind: string, call: Call | null, data: object): void {
    const customer = this.row(subjectId).customer;
    const seq = this.entries.filter((entry) => entry.customer === customer).length + 1;
    const actor = call === null ? 'gateway' : 'member';
    const entry = { customer, seq, at: '2026-05-01T12:00:00.000Z', kind, actorKind: actor, actorId: actor };
    const requestId = call === null ? null : `o${String(call.i)}`;
    const subject = { subjectKind: 'command', subjectId, data: JSON.stringify(data), requestId };
    this.entries.push({ ...entry, ...subject, prevHash: '', hash: '' });
  }

  row(id: string): Mutable<CommandRow> {
    const row = this.rows.find((one) => one.id === id);
    if (row === undefined) throw new Error(`There is no ${id}.`);
    return row;
  }

  #effect(f: PersonCall['f'], id: string, call: Call): void {
    const row = this.row(id);
    switch (f) {
      case 'read':
        return;
      case 'approve':
      case 'deny': {
        this.log(id, 'command.decided', call, {});
        row.state = f === 'approve' ? 'queued' : 'rejected';
        this.log(id, f === 'approve' ? 'command.approved' : 'command.rejected', call, {});
        return;
      }
      case 'settle':
        row.state = 'failed';
        this.log(id, 'command.settled', call, { settlement: 'failed' });
        return;
      case 'cancel': {
        const isHeld = row.state === 'claimed';
        if (!isHeld) row.state = 'cancelled';
        this.log(id, isHeld ? 'command.cancel_requested' : 'command.cancelled', call, { state: row.state });
      }
    }
  }

  #write(call: Call, f: WriteCall['f'], { id, attempt, token }: Held, more: Partial<WriteCall>): void {
    const { device } = this.row(id);
    const facts = { device, session: `${device}#1`, command: id, attempt, token };
    this.history.push({
      ...{ ...facts, extensionMs: null, content: null, foreign: false, answer: null },
      ...more,
      ...call,
      f,
    });
  }
}

/** Numbers and links the entries anew, as they stand. */
export function chained(entries: readonly LogEntry[]): LogEntry[] {
  const heads = new Map<string, { seq: number; hash: string }>();
  return entries.map((entry) => {
    const { seq, hash: prevHash } = heads.get(entry.customer) ?? { seq: 0, hash: '0'.repeat(64) };
    const linked = { ...entry, seq: seq + 1, prevHash };
    const hash = hashOf(linked);
    heads.set(entry.customer, { seq: seq + 1, hash });
    return { ...linked, hash };
  });
}
