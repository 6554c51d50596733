-- What every proposal, claim and result does, in fewer steps.

-- Depth of the queues of several devices, and which of the asked ids they hold already. `oldest_at` is looked up only
-- for a queue that has reached `bound`, and nothing is counted beyond it. Volatile on purpose: inside a statement that
-- has just waited for the devices' locks, it sees what was committed while it waited, which the statement's own
-- snapshot does not.
create function fieldgate.queues_of(devices text[], asked uuid[], bound integer)
  returns table (device_id text, depth integer, oldest_at timestamptz, known uuid[])
  language plpgsql volatile
as $$
begin
  return query
    -- By the primary key, and once for all devices: a plan by the device would read its whole history.
    with found as materialized (
      select k.id, k.device_id from unnest(asked) as a (id)
        cross join lateral (select c.id, c.device_id from fieldgate.commands c where c.id = a.id offset 0) k)
    select d.id, q.depth,
      case when q.depth >= bound then (
        select min(o.created_at) from fieldgate.commands o
        where o.device_id = d.id and o.state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome')) end,
      (select array_agg(f.id) from found f where f.device_id = d.id)
    from unnest(devices) as d (id)
      cross join lateral (
        select count(*)::integer as depth from (
          select from fieldgate.commands c
          where c.device_id = d.id and c.state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome')
          limit bound) c) q;
end
$$;
revoke all on function fieldgate.queues_of from public;

-- The same log, the same hashes; all entries of a call are written by one statement.
create or replace function fieldgate.append_activity(customer uuid, entries json) returns bigint
  language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := fieldgate.clock_now();
  before_id text := ',"at":"' || to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    || '","customerId":"' || customer || '","data":';
  first_seq bigint;
  next_seq bigint;
  last_hash bytea;
  hashes bytea[] := '{}';
  entry record;
begin
  select h.seq, h.hash into first_seq, last_hash
    from fieldgate.activity_heads h where h.customer_id = customer for update;
  if not found then
    insert into fieldgate.activity_heads (customer_id) values (customer) on conflict do nothing;
    select h.seq, h.hash into first_seq, last_hash
      from fieldgate.activity_heads h where h.customer_id = customer for update;
  end if;
  next_seq := first_seq;
  hashes := array_append(hashes, last_hash);
  for entry in
    select e.actor, e.data, e.kind, e."requestId" as request_id, e.subject
    from json_to_recordset(entries) as e (actor text, data text, kind text, "requestId" text, subject text)
  loop
    next_seq := next_seq + 1;
    last_hash := sha256(last_hash || convert_to(
      '{"actor":' || entry.actor || before_id || entry.data || ',"kind":' || entry.kind || ',"requestId":'
      || entry.request_id || ',"seq":' || next_seq || ',"subject":' || entry.subject || '}', 'UTF8'));
    hashes := array_append(hashes, last_hash);
  end loop;
  insert into fieldgate.activity_entries (customer_id, seq, at, kind, actor_kind, actor_id, subject_kind,
    subject_id, data, request_id, prev_hash, hash)
  select customer, first_seq + e.n, moment, e.kind::json #>> '{}', e.actor::json ->> 'kind', e.actor::json ->> 'id',
    e.subject::json ->> 'kind', e.subject::json ->> 'id', e.data, e."requestId"::json #>> '{}', hashes[e.n],
    hashes[e.n + 1]
  from rows from (json_to_recordset(entries) as (actor text, data text, kind text, "requestId" text, subject text))
    with ordinality as e (actor, data, kind, "requestId", subject, n);
  update fieldgate.activity_heads h set seq = next_seq, hash = last_hash where h.customer_id = customer;
  return next_seq;
end
$$;

-- Entries come by that function alone, under the lock of a head that refers to its customer.
alter table fieldgate.activity_entries drop constraint activity_entries_customer_id_fkey;
