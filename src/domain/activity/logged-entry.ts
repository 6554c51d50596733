import type { JsonObject } from '../shared/json.js';

/** An entry at its place in a customer's log, as it was read: whoever rewrote the log may have written anything. */
export interface LoggedEntry {
  readonly customerId: string;
  /** 1 for the first entry of a customer, without gaps. */
  readonly seq: number;
  /** RFC 3339 in UTC with milliseconds, by the clock of the record. */
  readonly at: string;
  readonly kind: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly subject: { readonly kind: string; readonly id: string };
  readonly data: JsonObject;
  readonly requestId: string | null;
  /** SHA-256 of the former hash and the canonical form of all of the above; 64 lower-case hex characters. */
  readonly hash: string;
  readonly prevHash: string;
}

/** A place in a chain: what stands before it is vouched for by the hash. */
export interface ChainLink {
  readonly seq: number;
  readonly hash: string;
}

/** Where every log begins. */
export const noEntry: ChainLink = { seq: 0, hash: '0'.repeat(64) };

/** What is hashed, after the former hash: the entry without its hashes. */
export function hashedPart(entry: LoggedEntry): JsonObject {
  const { customerId, seq, at, kind, actor, subject, data, requestId } = entry;
  return {
    customerId,
    seq,
    at,
    kind,
    actor: { kind: actor.kind, id: actor.id },
    subject: { kind: subject.kind, id: subject.id },
    data,
    requestId,
  };
}
