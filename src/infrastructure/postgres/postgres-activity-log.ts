import { sql } from 'kysely';

import type {
  ActivityFilter,
  ActivityLog,
  ActivityStretch,
  Party,
} from '../../application/ports/activity-log.js';
import type { LoggedEntry } from '../../domain/activity/logged-entry.js';
import { noEntry } from '../../domain/activity/logged-entry.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { ActivityRow } from './activity-row.js';
import { activityColumns, loggedEntryOf } from './activity-row.js';
import { foreignCursor, keysetCursor, pageOf } from './keyset-cursor.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';

const cursors = keysetCursor('activity', 1);
const backwards = keysetCursor('activity, newest first', 1);

interface StretchRow {
  readonly head_seq: number | null;
  readonly head_hash: string | null;
  readonly forgotten_seq: number | null;
  readonly forgotten_hash: string | null;
  readonly entries: readonly ActivityRow[];
}

export class PostgresActivityLog implements ActivityLog {
  readonly #session: PostgresSession;
  readonly #own: PostgresSession;

  /**
   * `own` is behind no customer's wall: the heads are asked for all customers at once, on behalf of the gateway, which
   * may have begun to ask while it served one of them.
   */
  constructor(session: PostgresSession, own: PostgresSession) {
    this.#session = session;
    this.#own = own;
  }

  async list(customerId: string, filter: ActivityFilter, page: PageRequest): Promise<Page<LoggedEntry>> {
    const { newestFirst = false } = filter;
    const cursor = newestFirst ? backwards : cursors;
    const from = page.cursor === null ? null : seqOf(cursor.decode(page.cursor));
    const after = Math.max(filter.after, newestFirst ? 0 : (from ?? 0));
    const rows = await this.#session.query(
      sql<ActivityRow>`
        select ${activityColumns} from fieldgate.activity_entries e
        where e.customer_id = ${customerId} and e.seq > ${after}
          ${newestFirst && from !== null ? sql`and e.seq < ${from}` : sql``}
          ${named('subject', filter.subject)} ${named('actor', filter.actor)} ${ofSession(filter.sessionId)}
        order by e.seq ${newestFirst ? sql`desc` : sql`asc`} limit ${page.limit + 1}`.compile(tables),
    );
    return pageOf(rows, page, loggedEntryOf, ({ seq }) => cursor.encode([String(seq)]));
  }

  /** The head is in the same snapshot as the entries: nobody can append, or forget, between the two. */
  async read(customerId: string, seq: number, limit: number): Promise<ActivityStretch> {
    const [row] = await this.#session.query(
      sql<StretchRow>`
        select h.seq as head_seq, encode(h.hash, 'hex') as head_hash, h.forgotten_seq,
          encode(h.forgotten_hash, 'hex') as forgotten_hash,
          (select coalesce(json_agg(o order by o.seq), '[]') from (
            select ${activityColumns} from fieldgate.activity_entries e
            where e.customer_id = c.id and e.seq > ${seq} order by e.seq limit ${limit}) o) as entries
        from (values (${customerId}::uuid)) as c (id)
          left join fieldgate.activity_heads h on h.customer_id = c.id`.compile(tables),
    );
    return {
      head: link(row?.head_seq, row?.head_hash),
      forgotten: link(row?.forgotten_seq, row?.forgotten_hash),
      entries: (row?.entries ?? []).map(loggedEntryOf),
    };
  }

  async heads(customerIds: readonly string[]): Promise<readonly number[]> {
    const rows = await this.#own.query(
      sql<{ customer_id: string; seq: number }>`
        select h.customer_id, h.seq from fieldgate.activity_heads h
        where h.customer_id = any (${customerIds}::uuid[])`.compile(tables),
    );
    const seqs = new Map(rows.map(({ customer_id, seq }) => [customer_id, seq]));
    return customerIds.map((id) => seqs.get(id) ?? noEntry.seq);
  }
}

function named(column: 'subject' | 'actor', party: Party | null) {
  if (party === null) return sql``;
  const [id, kind] = [sql.ref(`e.${column}_id`), sql.ref(`e.${column}_kind`)];
  return party.kind === null
    ? sql`and ${id} = ${party.id}`
    : sql`and ${id} = ${party.id} and ${kind} = ${party.kind}`;
}

/** The ids are gathered first, so that each is looked up by the index of subjects. */
const ofSession = (sessionId: string | null) =>
  sessionId === null
    ? sql``
    : sql`and e.subject_id = any (array(
        select c.id::text from fieldgate.commands c where c.session_id = ${sessionId}::uuid
        union all select ${sessionId}::text))`;

function seqOf([text = '']: readonly string[]): number {
  if (!/^\d{1,15}$/.test(text)) throw foreignCursor();
  return Number(text);
}

const link = (seq: number | null | undefined, hash: string | null | undefined) => ({
  seq: seq ?? noEntry.seq,
  hash: hash ?? noEntry.hash,
});
