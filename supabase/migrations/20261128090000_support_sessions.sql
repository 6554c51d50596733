-- Support sessions: a customer's windows of work on one device each.
create table fieldgate.sessions (
  id uuid primary key,
  customer_id uuid not null,
  device_id text not null,
  type text not null check (type in ('diagnostic', 'remediation')),
  description text,
  status text not null check (status in ('active', 'closed', 'expired')),
  opened_by_kind text not null check (opened_by_kind in ('member', 'service_account')),
  opened_by_id text not null,
  opened_by_name text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  closed_at timestamptz,
  close_reason text,
  foreign key (customer_id, device_id) references fieldgate.devices (customer_id, id),
  check ((status = 'active') = (closed_at is null)),
  check ((status = 'closed') = (close_reason is not null))
);

-- Two that open at once cannot both be let in.
create unique index sessions_one_active_per_device on fieldgate.sessions (device_id) where status = 'active';
-- Lists, newest first.
create index sessions_by_customer on fieldgate.sessions (customer_id, created_at desc, id desc);
create index sessions_by_device on fieldgate.sessions (device_id, created_at desc, id desc);
-- What is due to expire, what may be forgotten, and what somebody has open.
create index sessions_by_end on fieldgate.sessions (expires_at) where status = 'active';
create index sessions_ended on fieldgate.sessions (closed_at) where closed_at is not null;
create index sessions_by_opener on fieldgate.sessions (customer_id, opened_by_id) where status = 'active';

alter table fieldgate.sessions enable row level security;
revoke all on fieldgate.sessions from public;

-- Nothing of a session begins after its end. Closed early, its end moves to that moment.
alter table fieldgate.commands add column session_ends_at timestamptz;
