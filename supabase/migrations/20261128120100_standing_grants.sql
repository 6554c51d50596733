-- Standing grants: people's word, given beforehand, on commands of one type for some devices, for a time and a number of
-- times. `approval` holds the frozen envelope, the rule and the decisions, as on a command.
create table fieldgate.standing_grants (
  id uuid primary key,
  customer_id uuid not null references fieldgate.customers (id),
  type text not null,
  type_version integer not null,
  risk text not null check (risk in ('read', 'change', 'destructive')),
  parameters json,
  devices json not null,
  reason text not null,
  max_uses integer not null check (max_uses > 0),
  uses integer not null default 0 check (uses between 0 and max_uses),
  state text not null check (state in ('awaiting_approval', 'active', 'rejected', 'revoked')),
  requested_by json not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  policy_version integer not null,
  approval json not null
);
-- What a proposal that would wait looks at.
create index standing_grants_active on fieldgate.standing_grants (customer_id, type) where state = 'active';
create index standing_grants_by_customer on fieldgate.standing_grants (customer_id, id desc);

-- What let a command run that would have waited.
alter table fieldgate.commands add column allowed_by json;

alter table fieldgate.standing_grants enable row level security;
revoke all on fieldgate.standing_grants from public;
