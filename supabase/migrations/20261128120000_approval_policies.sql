-- Approval policies of a customer's own. Who has none here has the default one, which is version 1.
create table fieldgate.approval_policies (
  customer_id uuid primary key references fieldgate.customers (id),
  version integer not null check (version > 1),
  rules json not null,
  changed_at timestamptz not null
);

alter table fieldgate.approval_policies enable row level security;
revoke all on fieldgate.approval_policies from public;
