-- Where there is no head, nothing was forgotten: an entry without one stays.
create or replace function fieldgate.guard_entries() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  if old.seq > coalesce(
    (select h.forgotten_seq from fieldgate.activity_heads h where h.customer_id = old.customer_id), 0) then
    raise exception 'the activity log is append-only' using errcode = 'insufficient_privilege';
  end if;
  return old;
end
$$;

-- A head stays, and its end only moves on.
create function fieldgate.guard_heads() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  if tg_op <> 'UPDATE' or new.seq < old.seq or new.customer_id <> old.customer_id then
    raise exception 'the activity log is append-only' using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;
create trigger kept before delete or update of seq, customer_id on fieldgate.activity_heads
  for each row execute function fieldgate.guard_heads();
create trigger never_emptied before truncate on fieldgate.activity_heads
  for each statement execute function fieldgate.guard_heads();

revoke all on all functions in schema fieldgate from public;
