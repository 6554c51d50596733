-- Second factors of the local identity: authenticator apps. Their secrets are kept as JWE, under a key that is not here.
create table fieldgate.local_factors (
  id uuid primary key,
  account_id uuid not null references fieldgate.local_accounts (id) on delete cascade,
  name text not null,
  sealed_secret text not null,
  created_at timestamptz not null,
  verified_at timestamptz,
  -- The time step of the last code that was right: no code counts twice, and none that is older.
  last_step bigint,
  unique (account_id, name)
);

-- Whoever used a factor that is gone has used none.
alter table fieldgate.local_sessions
  add column factor_id uuid references fieldgate.local_factors (id) on delete set null,
  add column factor_used_at timestamptz;
create index local_sessions_by_factor on fieldgate.local_sessions (factor_id) where factor_id is not null;

create table fieldgate.local_factor_challenges (
  id uuid primary key,
  factor_id uuid not null references fieldgate.local_factors (id) on delete cascade,
  session_id uuid not null references fieldgate.local_sessions (id) on delete cascade,
  expires_at timestamptz not null
);
create index local_factor_challenges_by_factor on fieldgate.local_factor_challenges (factor_id);
create index local_factor_challenges_by_session on fieldgate.local_factor_challenges (session_id);

alter table fieldgate.local_factors enable row level security;
alter table fieldgate.local_factor_challenges enable row level security;

revoke all on fieldgate.local_factors, fieldgate.local_factor_challenges from public;
