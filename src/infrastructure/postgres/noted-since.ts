import type { CompiledQuery } from 'kysely';
import { sql } from 'kysely';

import type { NewEntry } from '../../domain/activity/activity-entry.js';
import { tables } from './postgres-tables.js';

/** However much there is about one subject, so much of it is looked at. */
const looked = 200;

/** Whether the log has an entry of this kind, actor, subject and code since then, among the latest about the subject. */
export function notedSince<Row extends { readonly noted: boolean }>(
  { customerId, kind, actor, subject, data }: NewEntry,
  since: Date,
): CompiledQuery<Row> {
  const code = typeof data['code'] === 'string' ? data['code'] : null;
  return sql<Row>`
    select exists (
      select from (
        select e.at, e.kind, e.actor_kind, e.actor_id, e.subject_kind, e.data from fieldgate.activity_entries e
        where e.customer_id = ${customerId} and e.subject_id = ${subject.id}
        order by e.seq desc limit ${looked}) e
      where e.at > ${since} and e.kind = ${kind} and e.subject_kind = ${subject.kind}
        and e.actor_kind = ${actor.kind} and e.actor_id = ${actor.id}
        and e.data::json ->> 'code' is not distinct from ${code}::text) as noted`.compile(tables);
}
