-- What an admin ran without asking anybody, and what another one said of it later.
create table fieldgate.break_glass_reviews (
  command_id uuid primary key,
  customer_id uuid not null references fieldgate.customers (id),
  device_id text not null,
  type text not null,
  reason text not null,
  broken_by json not null,
  opened_at timestamptz not null,
  -- Null while it is open.
  closing json
);
create index break_glass_reviews_by_customer on fieldgate.break_glass_reviews
  (customer_id, (closing is null), command_id desc);

alter table fieldgate.break_glass_reviews enable row level security;
revoke all on fieldgate.break_glass_reviews from public;
