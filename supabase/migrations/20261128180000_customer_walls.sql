-- The second wall between customers. Work on behalf of one customer is done under this role, with the customer set
-- for the transaction; row level security then shows and takes that customer's rows only, whatever a statement says.
-- What serves all customers at once (batches that share a commit, sweepers, look-ups of tokens) is the gateway's own.
--
-- Roles belong to the server and not to the database: one that is there already is used. Where the gateway's user may
-- not create roles, an administrator makes this one, and grants it to that user, before this file is applied.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'fieldgate_customer') then
    create role fieldgate_customer nologin;
  end if;
exception when duplicate_object or unique_violation then
  null; -- Another database of the server was quicker.
end
$$;
do $$
begin
  if not pg_catalog.pg_has_role(current_user, 'fieldgate_customer', 'member') then
    execute pg_catalog.format('grant fieldgate_customer to %I', current_user);
  end if;
end
$$;

-- Whom the transaction is for. Null outside of one: then no row is anybody's.
create function fieldgate.current_customer() returns uuid
  language sql stable parallel safe
  return nullif(pg_catalog.current_setting('fieldgate.customer', true), '')::uuid;

grant usage on schema fieldgate to fieldgate_customer;
grant execute on function fieldgate.current_customer(), fieldgate.clock_now(), fieldgate.queue_of(text, uuid[]),
  fieldgate.queues_of(text[], uuid[], integer), fieldgate.append_activity(uuid, json) to fieldgate_customer;

-- Whatever names its customer. Later tables bring their own policy.
do $$
declare
  named text;
begin
  for named in
    select c.table_name from information_schema.columns c
    where c.table_schema = 'fieldgate' and c.column_name = 'customer_id' and c.table_name not like 'activity%'
  loop
    execute format('create policy own_rows on fieldgate.%I to fieldgate_customer
      using (customer_id = (select fieldgate.current_customer()))', named);
    execute format('grant select, insert, update, delete on fieldgate.%I to fieldgate_customer', named);
  end loop;
end
$$;

create policy own_rows on fieldgate.customers to fieldgate_customer
  using (id = (select fieldgate.current_customer()));
grant select, update on fieldgate.customers to fieldgate_customer;

-- The log is read and added to, and nothing else.
create policy own_rows on fieldgate.activity_entries to fieldgate_customer
  using (customer_id = (select fieldgate.current_customer()));
grant select, insert on fieldgate.activity_entries to fieldgate_customer;
create policy own_rows on fieldgate.activity_heads to fieldgate_customer
  using (customer_id = (select fieldgate.current_customer()));
grant select, insert, update on fieldgate.activity_heads to fieldgate_customer;

-- What belongs to a device belongs to whom the device belongs: the look at it is behind the same wall.
create policy own_rows on fieldgate.activation_codes to fieldgate_customer
  using (exists (select from fieldgate.devices d where d.id = device_id));
create policy own_rows on fieldgate.device_secrets to fieldgate_customer
  using (exists (select from fieldgate.devices d where d.id = device_id));
grant select, insert, update, delete on fieldgate.activation_codes, fieldgate.device_secrets to fieldgate_customer;
