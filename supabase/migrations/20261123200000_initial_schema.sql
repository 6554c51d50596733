-- The record: what is true of customers, devices and commands, and the log of what happened to them.
--
-- The schema is Fieldgate's own. Nothing here depends on a hosted platform; where one publishes `public` through
-- an API of its own, or brings roles for browsers, row level security without a policy keeps them out.
create schema fieldgate;
revoke all on schema fieldgate from public;
alter default privileges in schema fieldgate revoke all on tables from public;
alter default privileges in schema fieldgate revoke all on sequences from public;
alter default privileges in schema fieldgate revoke all on functions from public;

-- The one clock that decides. Milliseconds, because that is what a Date of the gateway holds: a time that is
-- read and written back must not change.
create function fieldgate.clock_now() returns timestamptz
  language sql stable parallel safe
  return pg_catalog.date_trunc('milliseconds', pg_catalog.now());

create table fieldgate.customers (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null
);

create table fieldgate.members (
  customer_id uuid not null references fieldgate.customers (id),
  user_id uuid not null,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'approver', 'admin')),
  primary key (customer_id, user_id)
);
create index members_by_user on fieldgate.members (user_id);

create table fieldgate.devices (
  id text primary key,
  customer_id uuid not null references fieldgate.customers (id),
  name text not null,
  location text,
  labels text[] not null,
  model text,
  platform text,
  agent_version text,
  lifecycle text not null check (lifecycle in ('provisioned', 'active', 'suspended', 'retired')),
  credential_generation integer not null,
  token_generation integer not null,
  created_at timestamptz not null,
  last_sign_in_at timestamptz,
  -- What a command refers to, so that its device is one of its customer's.
  unique (customer_id, id)
);
create index devices_by_name on fieldgate.devices (customer_id, name, id);

create table fieldgate.activation_codes (
  device_id text primary key references fieldgate.devices (id),
  hash text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  operation_id text
);

create table fieldgate.device_secrets (
  device_id text not null references fieldgate.devices (id),
  hash text not null,
  created_at timestamptz not null,
  first_used_at timestamptz,
  expires_at timestamptz,
  primary key (device_id, hash)
);

-- `json`, not `jsonb`, wherever devices and people wrote: jsonb refuses an escaped NUL and rewrites numbers.
create table fieldgate.commands (
  id uuid primary key,
  customer_id uuid not null,
  device_id text not null,
  session_id uuid,
  type text not null,
  type_version integer not null,
  parameters json not null,
  priority integer not null check (priority between -1000 and 1000),
  acceptance bigint not null generated always as identity,
  risk text not null check (risk in ('read', 'change', 'destructive')),
  delivery_class text not null check (delivery_class in ('at_least_once', 'at_most_once')),
  state text not null check (state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome',
    'succeeded', 'failed', 'rejected', 'expired', 'cancelled', 'dead')),
  state_reason text,
  proposal_reason text,
  proposed_by json not null,
  created_at timestamptz not null,
  not_before timestamptz,
  expires_at timestamptz not null,
  visibility_timeout_ms integer not null check (visibility_timeout_ms > 0),
  attempt integer not null default 0 check (attempt >= 0),
  max_attempts integer not null check (max_attempts > 0),
  lapses integer not null default 0 check (lapses >= 0),
  releases integer not null default 0 check (releases >= 0),
  claim json,
  claimed_at timestamptz,
  finished_at timestamptz,
  cancel_requested_at timestamptz,
  progress json,
  result json,
  evidence json not null default '[]',
  approval json,
  grant_jws text,
  redrive_of uuid,
  -- When time alone moves it next. Null: only somebody's act can.
  due_at timestamptz,
  -- Whether the dispatch store is known to know the latest version.
  dispatched boolean not null default false,
  changed_at timestamptz not null,
  version integer not null default 1,
  foreign key (customer_id, device_id) references fieldgate.devices (customer_id, id),
  check ((state in ('succeeded', 'failed', 'rejected', 'expired', 'cancelled', 'dead')) = (finished_at is not null)),
  check (state <> 'claimed' or claim is not null)
);

-- A device's queue in its order; also what the bound on open commands is counted on.
create index commands_queue on fieldgate.commands (device_id, priority desc, acceptance)
  where state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome');
-- What the dispatch store is rebuilt from.
create index commands_open on fieldgate.commands (id)
  where state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome');
create index commands_undispatched on fieldgate.commands (changed_at)
  where not dispatched and state in ('queued', 'awaiting_approval', 'claimed');
create index commands_due on fieldgate.commands (due_at) where due_at is not null;
-- Lists, newest first. What waits for approval is found by the second.
create index commands_by_customer on fieldgate.commands (customer_id, acceptance desc);
create index commands_by_state on fieldgate.commands (customer_id, state, acceptance desc);
create index commands_by_device on fieldgate.commands (device_id, acceptance desc);
create index commands_by_session on fieldgate.commands (session_id, acceptance desc) where session_id is not null;

-- Depth and age of a device's queue, and which of the asked ids it holds already. Volatile on purpose: inside a
-- statement that has just waited for the device's lock, it sees what was committed while it waited, which the
-- statement's own snapshot does not.
create function fieldgate.queue_of(device text, asked uuid[])
  returns table (depth integer, oldest_at timestamptz, known uuid[])
  language sql volatile
as $$
  select count(*)::integer, min(c.created_at),
    (select array_agg(k.id) from fieldgate.commands k where k.id = any (asked) and k.device_id = device)
  from fieldgate.commands c
  where c.device_id = device and c.state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome')
$$;

-- The last entry of each customer's log. Its lock is what gives the log one order without gaps.
create table fieldgate.activity_heads (
  customer_id uuid primary key references fieldgate.customers (id),
  seq bigint not null default 0,
  hash bytea not null default '\x0000000000000000000000000000000000000000000000000000000000000000'
);

create table fieldgate.activity_entries (
  customer_id uuid not null references fieldgate.customers (id),
  seq bigint not null,
  at timestamptz not null,
  kind text not null,
  actor_kind text not null,
  actor_id text not null,
  subject_kind text not null,
  subject_id text not null,
  -- Canonical JSON (RFC 8785), as it was hashed.
  data text not null,
  request_id text,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (customer_id, seq)
);

-- Appends entries to a customer's log, in their order, and returns the last seq. Each entry is an object of
-- strings `actor`, `data`, `kind`, `requestId`, `subject`, each holding canonical JSON (RFC 8785). Joined in the
-- order of their names they are canonical again: what is hashed is the RFC 8785 form of the whole entry,
-- {actor, at, customerId, data, kind, requestId, seq, subject}.
create function fieldgate.append_activity(customer uuid, entries json) returns bigint
  language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := fieldgate.clock_now();
  stamp text := to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  last_seq bigint;
  last_hash bytea;
  next_hash bytea;
  entry record;
begin
  select h.seq, h.hash into last_seq, last_hash
    from fieldgate.activity_heads h where h.customer_id = customer for update;
  if not found then
    insert into fieldgate.activity_heads (customer_id) values (customer) on conflict do nothing;
    select h.seq, h.hash into last_seq, last_hash
      from fieldgate.activity_heads h where h.customer_id = customer for update;
  end if;
  for entry in
    select e.actor, e.data, e.kind, e."requestId" as request_id, e.subject
    from json_to_recordset(entries) as e (actor text, data text, kind text, "requestId" text, subject text)
  loop
    last_seq := last_seq + 1;
    next_hash := sha256(last_hash || convert_to(
      '{"actor":' || entry.actor || ',"at":"' || stamp || '","customerId":"' || customer || '","data":' || entry.data
      || ',"kind":' || entry.kind || ',"requestId":' || entry.request_id || ',"seq":' || last_seq
      || ',"subject":' || entry.subject || '}', 'UTF8'));
    insert into fieldgate.activity_entries (customer_id, seq, at, kind, actor_kind, actor_id, subject_kind,
      subject_id, data, request_id, prev_hash, hash)
    values (customer, last_seq, moment, entry.kind::json #>> '{}',
      entry.actor::json ->> 'kind', entry.actor::json ->> 'id',
      entry.subject::json ->> 'kind', entry.subject::json ->> 'id',
      entry.data, entry.request_id::json #>> '{}', last_hash, next_hash);
    last_hash := next_hash;
  end loop;
  update fieldgate.activity_heads h set seq = last_seq, hash = last_hash where h.customer_id = customer;
  return last_seq;
end
$$;

create function fieldgate.refuse_rewriting() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  raise exception 'the activity log is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete on fieldgate.activity_entries
  for each row execute function fieldgate.refuse_rewriting();
create trigger never_truncated before truncate on fieldgate.activity_entries
  for each statement execute function fieldgate.refuse_rewriting();

-- Which life of the dispatch store the record was last poured into.
create table fieldgate.dispatch_epoch (
  only_row boolean primary key default true check (only_row),
  epoch text not null
);

create table fieldgate.idempotency_keys (
  customer_id uuid not null,
  actor_id text not null,
  operation text not null,
  key text not null,
  fingerprint text not null,
  operation_id text not null,
  -- Whose try holds the key, and until when it is taken to be alive.
  holder uuid not null,
  held_until timestamptz not null,
  created_at timestamptz not null,
  -- The answer, encrypted by the gateway; null while there is none.
  answer bytea,
  primary key (customer_id, actor_id, operation, key)
);
create index idempotency_keys_by_age on fieldgate.idempotency_keys (created_at);

alter table fieldgate.customers enable row level security;
alter table fieldgate.members enable row level security;
alter table fieldgate.devices enable row level security;
alter table fieldgate.activation_codes enable row level security;
alter table fieldgate.device_secrets enable row level security;
alter table fieldgate.commands enable row level security;
alter table fieldgate.activity_heads enable row level security;
alter table fieldgate.activity_entries enable row level security;
alter table fieldgate.dispatch_epoch enable row level security;
alter table fieldgate.idempotency_keys enable row level security;

revoke all on all tables in schema fieldgate from public;
revoke all on all sequences in schema fieldgate from public;
revoke all on all functions in schema fieldgate from public;
