import type { CompiledQuery } from 'kysely';
import { sql } from 'kysely';

import type { ActivityFragments } from './activity-fragments.js';
import { tables } from './postgres-tables.js';

/** Appends entries to the logs of their customers, log by log in the order of the customers' ids. */
export function appendEntries(entries: readonly ActivityFragments[]): CompiledQuery {
  return sql`
    select fieldgate.append_activity(log.customer_id, log.entries) from (
      select (e.value ->> 'customerId')::uuid as customer_id, json_agg(e.value order by e.ordinality) as entries
      from json_array_elements(${JSON.stringify(entries)}::json) with ordinality as e
      group by 1 order by 1) log`.compile(tables);
}
