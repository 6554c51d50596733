import type pg from 'pg';

import type { LoggedEntry } from './activity-chain.js';

interface EntryRow {
  readonly customer_id: string;
  readonly seq: string;
  readonly at: Date;
  readonly kind: string;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly data: string;
  readonly request_id: string | null;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

/** The whole log of a customer, first entry first, as the owner of the schema sees it. */
export async function readActivity(owner: pg.Client, customerId: string): Promise<readonly LoggedEntry[]> {
  const { rows } = await owner.query<EntryRow>(
    'select * from fieldgate.activity_entries where customer_id = $1 order by seq',
    [customerId],
  );
  return rows.map(entryOf);
}

const entryOf = (row: EntryRow): LoggedEntry => ({
  customerId: row.customer_id,
  seq: Number(row.seq),
  at: row.at,
  kind: row.kind,
  actor: { kind: row.actor_kind, id: row.actor_id },
  subject: { kind: row.subject_kind, id: row.subject_id },
  data: row.data,
  requestId: row.request_id,
  prevHash: row.prev_hash.toString('hex'),
  hash: row.hash.toString('hex'),
});
