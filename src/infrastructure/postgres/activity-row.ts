import canonicalize from 'canonicalize';
import { sql } from 'kysely';

import type { LoggedEntry } from '../../domain/activity/logged-entry.js';
import type { JsonObject } from '../../domain/shared/json.js';

export interface ActivityRow {
  readonly customer_id: string;
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly data: string;
  readonly request_id: string | null;
  readonly prev_hash: string;
  readonly hash: string;
}

/** Columns of `fieldgate.activity_entries e`, all of them exact: a time of which a part was lost would hide a change. */
export const activityColumns = sql`e.customer_id, e.seq,
  to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, e.kind, e.actor_kind, e.actor_id,
  e.subject_kind, e.subject_id, e.data, e.request_id, encode(e.prev_hash, 'hex') as prev_hash,
  encode(e.hash, 'hex') as hash`;

export const loggedEntryOf = (row: ActivityRow): LoggedEntry => ({
  customerId: row.customer_id,
  seq: row.seq,
  // Written in milliseconds; anything finer was put there by somebody else, and is shown.
  at: row.at.replace(/000Z$/, 'Z'),
  kind: row.kind,
  actor: { kind: row.actor_kind, id: row.actor_id },
  subject: { kind: row.subject_kind, id: row.subject_id },
  data: dataOf(row.data),
  requestId: row.request_id,
  hash: row.hash,
  prevHash: row.prev_hash,
});

/** What was hashed is canonical. Another text is shown as it is, and has another hash, whatever it may mean. */
function dataOf(text: string): JsonObject {
  try {
    const data: unknown = JSON.parse(text);
    if (isObject(data) && canonicalize(data) === text) return data;
  } catch {
    // Shown below, like all that is not canonical.
  }
  return { unreadable: text };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
