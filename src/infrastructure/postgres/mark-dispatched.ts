import type { CompiledQuery } from 'kysely';
import { sql } from 'kysely';

import { tables } from './postgres-tables.js';

export interface DispatchMark {
  readonly id: string;
  readonly version: number;
}

/**
 * Notes that the dispatch store knows these versions. A row that somebody is changing is passed over, since its
 * version is about to be another. Nobody is promised anything by a mark, so it does not wait for the disk: one that
 * is lost in a crash costs a second offer.
 */
export function markDispatched(marks: readonly DispatchMark[]): CompiledQuery {
  return sql`
    with relaxed as materialized (select set_config('synchronous_commit', 'off', true) as setting),
    locked as materialized (
      select c.id from fieldgate.commands c
        join json_to_recordset(${JSON.stringify(marks)}::json) as w (id uuid, version int)
          on w.id = c.id and w.version = c.version
      where (select count(setting) from relaxed) > 0 and not c.dispatched
      order by c.id for update of c skip locked)
    update fieldgate.commands c set dispatched = true from locked l where c.id = l.id`.compile(tables);
}
