-- Keys of service accounts: programs that act for a customer. Of a key only its SHA-256 is kept.
create table fieldgate.api_keys (
  id uuid primary key,
  customer_id uuid not null references fieldgate.customers (id),
  name text not null,
  -- No program decides or administers, whatever asks for it.
  role text not null check (role in ('viewer', 'operator')),
  hash text not null unique,
  created_by uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
-- Lists, newest first.
create index api_keys_by_age on fieldgate.api_keys (customer_id, created_at desc, id desc) where revoked_at is null;

alter table fieldgate.api_keys enable row level security;
revoke all on fieldgate.api_keys from public;

-- People in lists, by name.
create index members_by_name on fieldgate.members (customer_id, name, user_id);
