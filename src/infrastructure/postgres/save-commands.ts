import type { CompiledQuery } from 'kysely';
import { sql } from 'kysely';

import { begin, beginBriefly } from './postgres-pool.js';
import { prepared } from './prepared-statement.js';
import type { Prepared } from './prepared-statement.js';
import type { SavePortion } from './save-portions.js';

/** What to do about what somebody else has locked: wait for a moment only, wait, or leave it out where it is a row. */
export type Patience = 'brief' | 'wait' | 'pass';

export const lockWait = { brief: sql``, wait: sql``, pass: sql`skip locked` } satisfies Record<
  Patience,
  unknown
>;
/** What a statement of such patience begins with. */
export const beginningOf = { brief: beginBriefly, wait: begin, pass: begin } satisfies Record<
  Patience,
  unknown
>;

/**
 * Writes commands whose version is still the one that was read, each together with its entries, and names the ones
 * it wrote. Only what a rule can change is written; what is long, only where it has changed.
 * Locks devices, commands and logs, each in the order of their keys: two such statements never wait in a circle.
 */
export const saveCommands = (
  { rows, guarded }: SavePortion,
  patience: Patience = 'wait',
): CompiledQuery<{ id: string }> => savings[patience](`[${rows.join(',')}]`, guarded);

const saving = (patience: Patience): Prepared<{ id: string }, [rows: string, guarded: readonly string[]]> =>
  prepared(
    (rows, guarded) => sql`
    with wanted as materialized (
      select w.* from json_to_recordset(${rows}::json) as w (
        n int, id uuid, version int, guard_device text, guard_generation int, begins boolean, judged_at timestamptz, state text, state_reason text,
        session_ends_at timestamptz, not_before timestamptz, attempt int, lapses int, releases int, claim text, claimed_at timestamptz,
        finished_at timestamptz, cancel_requested_at timestamptz, progress text, result text, evidence text,
        approval text, grant_jws text, due_at timestamptz, dispatched boolean, entries text)),
    guarded as materialized (
      select d.id, d.token_generation, d.queue_paused_at is not null as paused from fieldgate.devices d
      where d.id = any(${guarded}::text[]) and d.lifecycle = 'active' order by d.id for share ${lockWait[patience]}),
    -- Counting the devices first makes sure that they are locked before any command is.
    locked as materialized (
      select l.id from (select w.* from wanted w
        where (select count(*) from guarded) >= 0
          and (w.judged_at is null or w.judged_at between fieldgate.clock_now() - interval '2 seconds'
            and fieldgate.clock_now() + interval '25 milliseconds')
          and (w.guard_device is null or exists (
          select from guarded g where g.id = w.guard_device and g.token_generation = w.guard_generation
            and not (g.paused and w.begins)))
        order by w.id offset 0) w
      -- Row by row, by the primary key: a plan that was made when there were few commands would read all of them.
      cross join lateral (select c.id from fieldgate.commands c where c.id = w.id and c.version = w.version
        for update ${lockWait[patience]}) l),
    updated as (
      update fieldgate.commands c set
        state = w.state, state_reason = w.state_reason, session_ends_at = w.session_ends_at, not_before = w.not_before, attempt = w.attempt,
        lapses = w.lapses, releases = w.releases, claim = w.claim::json, claimed_at = w.claimed_at,
        finished_at = w.finished_at, cancel_requested_at = w.cancel_requested_at,
        progress = coalesce(w.progress::json, c.progress), result = coalesce(w.result::json, c.result),
        evidence = coalesce(w.evidence::json, c.evidence), approval = coalesce(w.approval::json, c.approval),
        grant_jws = coalesce(w.grant_jws, c.grant_jws),
        due_at = w.due_at, dispatched = w.dispatched, changed_at = fieldgate.clock_now(), version = c.version + 1
      from locked l join wanted w on w.id = l.id
      where c.id = l.id
      returning c.id),
    appended as materialized (
      select fieldgate.append_activity(log.customer_id, log.entries) as seq from (
        select (e.value ->> 'customerId')::uuid as customer_id, json_agg(e.value order by w.n, e.ordinality) as entries
        from updated u join wanted w on w.id = u.id
          cross join lateral json_array_elements(w.entries::json) with ordinality as e
        group by 1 order by 1) log)
    select u.id, (select count(seq) from appended) as logs from updated u`,
  );

const savings = { brief: saving('brief'), wait: saving('wait'), pass: saving('pass') };
