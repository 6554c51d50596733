import { createHash } from 'node:crypto';
import type { LogEntry } from '../history/final-record.js';
import type { Violation } from './violation.js';
import { isTerminal } from './story.js';
import type { LogFact } from './story.js';

const firstHash = '0'.repeat(64);

interface Data {
  readonly state?: string;
  readonly attempt?: number;
  readonly waits?: boolean;
  readonly settlement?: string;
}

interface Standing {
  state: string;
  attempt: number;
}

/** Every kind of entry about a command: from which states it may come, and to which it leads. */
const moves: Readonly<
  Record<string, { readonly from: readonly string[]; readonly to: (data: Data) => string | null }>
> = {
  'command.decided': { from: ['awaiting_approval'], to: () => null },
  'command.approved': { from: ['awaiting_approval'], to: () => 'queued' },
  'command.rejected': { from: ['awaiting_approval'], to: () => 'rejected' },
  'command.claimed': { from: ['queued'], to: () => 'claimed' },
  'command.resumed': { from: ['queued'], to: () => 'claimed' },
  'command.released': { from: ['claimed', 'queued'], to: ({ state }) => state ?? '' },
  'command.lapsed': { from: ['claimed'], to: ({ state }) => state ?? '' },
  'command.cancel_requested': { from: ['claimed'], to: () => null },
  'command.cancelled': { from: ['awaiting_approval', 'queued'], to: () => 'cancelled' },
  'command.expired': { from: ['awaiting_approval', 'queued'], to: () => 'expired' },
  'command.finished': { from: ['queued', 'claimed', 'unknown_outcome'], to: ({ state }) => state ?? '' },
  'command.settled': { from: ['unknown_outcome'], to: ({ settlement }) => settlement ?? '' },
};

/** What is noted about a command without moving it, whatever became of it. */
const remarks: readonly string[] = [
  'command.decision_refused',
  'command.broke_glass',
  'command.break_glass_reviewed',
];

/** Reads the logs of all customers, each in its order, and tells what is wrong with them by themselves. */
export class ActivityLog {
  readonly violations: Violation[] = [];
  readonly #heads = new Map<string, { seq: number; hash: string }>();
  readonly #standings = new Map<string, Standing>();
  entries = 0;

  /** The fact about a command, or null when the entry is about something else. */
  add(entry: LogEntry): LogFact | null {
    this.entries += 1;
    this.#checkChain(entry);
    if (entry.subjectKind !== 'command') return null;
    const data = JSON.parse(entry.data) as Data;
    this.#checkMove(entry, data);
    // A refusal leaves nothing behind but this: it is no fact about what became of the command.
    if (remarks.includes(entry.kind)) return null;
    return {
      kind: entry.kind,
      cause: entry.requestId === null ? null : causeOf(entry.requestId),
      state: data.state ?? null,
      attempt: data.attempt ?? null,
    };
  }

  stateOf(command: string): string | null {
    return this.#standings.get(command)?.state ?? null;
  }

  #checkChain(entry: LogEntry): void {
    const head = this.#heads.get(entry.customer) ?? { seq: 0, hash: firstHash };
    const broken = (what: string): void => {
      this.violations.push({ property: 'log chain', what: `${entry.customer} ${what}`, evidence: entry });
    };
    if (entry.seq !== head.seq + 1) broken(`goes from ${String(head.seq)} to ${String(entry.seq)}`);
    if (entry.prevHash !== head.hash) broken(`is not linked at ${String(entry.seq)}`);
    if (hashOf(entry) !== entry.hash) broken(`is forged at ${String(entry.seq)}`);
    this.#heads.set(entry.customer, { seq: entry.seq, hash: entry.hash });
  }

  #checkMove(entry: LogEntry, data: Data): void {
    const illegal = (what: string): void => {
      this.violations.push({
        property: 'log transitions',
        what: `${entry.subjectId}: ${what}`,
        evidence: entry,
      });
    };
    const standing = this.#standings.get(entry.subjectId);
    if (entry.kind === 'command.proposed') {
      if (standing !== undefined) illegal('proposed twice');
      const state = data.waits === true ? 'awaiting_approval' : 'queued';
      this.#standings.set(entry.subjectId, { state, attempt: 0 });
      return;
    }
    if (standing !== undefined && remarks.includes(entry.kind)) return;
    const move = moves[entry.kind];
    if (standing === undefined || move === undefined) {
      illegal(`${entry.kind} of what was never proposed, or of an unknown kind`);
      return;
    }
    if (!move.from.includes(standing.state)) illegal(`${entry.kind} while ${standing.state}`);
    if (isTerminal(standing.state)) illegal(`${entry.kind} after its end`);
    if (entry.kind === 'command.claimed') {
      if (data.attempt !== standing.attempt + 1) {
        illegal(`attempt ${String(data.attempt)} after ${String(standing.attempt)}`);
      }
      standing.attempt = data.attempt ?? standing.attempt;
    }
    standing.state = move.to(data) ?? standing.state;
  }
}

/** As `fieldgate.append_activity` computes it: over the canonical form of the whole entry, names in their order. */
export function hashOf(entry: LogEntry): string {
  const canonical = [
    `"actor":{"id":${JSON.stringify(entry.actorId)},"kind":${JSON.stringify(entry.actorKind)}}`,
    `"at":"${entry.at}"`,
    `"customerId":"${entry.customer}"`,
    `"data":${entry.data}`,
    `"kind":${JSON.stringify(entry.kind)}`,
    `"requestId":${JSON.stringify(entry.requestId)}`,
    `"seq":${String(entry.seq)}`,
    `"subject":{"id":${JSON.stringify(entry.subjectId)},"kind":${JSON.stringify(entry.subjectKind)}}`,
  ].join(',');
  return createHash('sha256')
    .update(Buffer.from(entry.prevHash, 'hex'))
    .update(`{${canonical}}`)
    .digest('hex');
}

function causeOf(requestId: string): number {
  return /^o\d+$/.test(requestId) ? Number(requestId.slice(1)) : Number.NaN;
}
