-- People of the local identity: who signs in where no Supabase project is configured. Passwords are kept as
-- scrypt hashes, refresh tokens as SHA-256.
create table fieldgate.local_accounts (
  id uuid primary key,
  email text not null unique check (email = lower(email)),
  name text not null,
  password_hash text not null,
  created_at timestamptz not null,
  last_sign_in_at timestamptz
);

create table fieldgate.local_sessions (
  id uuid primary key,
  account_id uuid not null references fieldgate.local_accounts (id) on delete cascade,
  started_at timestamptz not null
);
create index local_sessions_by_account on fieldgate.local_sessions (account_id);

-- Used tokens stay for as long as their session, so that a stolen one is recognised.
create table fieldgate.local_refresh_tokens (
  hash text primary key,
  session_id uuid not null references fieldgate.local_sessions (id) on delete cascade,
  used_at timestamptz
);
create index local_refresh_tokens_by_session on fieldgate.local_refresh_tokens (session_id);

alter table fieldgate.local_accounts enable row level security;
alter table fieldgate.local_sessions enable row level security;
alter table fieldgate.local_refresh_tokens enable row level security;

revoke all on fieldgate.local_accounts, fieldgate.local_sessions, fieldgate.local_refresh_tokens from public;
