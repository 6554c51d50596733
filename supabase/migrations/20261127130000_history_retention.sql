-- History that may be forgotten: commands that have ended, and the beginning of each activity log.
create index commands_finished on fieldgate.commands (finished_at) where finished_at is not null;

-- How far a log was forgotten. The chain of what is left begins with this hash instead of zeros.
alter table fieldgate.activity_heads
  add column forgotten_seq bigint not null default 0,
  add column forgotten_hash bytea not null
    default '\x0000000000000000000000000000000000000000000000000000000000000000',
  add check (forgotten_seq <= seq);

-- The mark only moves on, and only to an entry that is there, whose hash it keeps.
create function fieldgate.guard_forgotten() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  if new.forgotten_seq <= old.forgotten_seq or not exists (
    select from fieldgate.activity_entries e
    where e.customer_id = new.customer_id and e.seq = new.forgotten_seq and e.hash = new.forgotten_hash) then
    raise exception 'the activity log is append-only' using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;
create trigger forgotten_in_order before update of forgotten_seq, forgotten_hash on fieldgate.activity_heads
  for each row execute function fieldgate.guard_forgotten();

-- An entry may go when the mark has passed it, and no other way.
create function fieldgate.guard_entries() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  if old.seq > (select h.forgotten_seq from fieldgate.activity_heads h where h.customer_id = old.customer_id) then
    raise exception 'the activity log is append-only' using errcode = 'insufficient_privilege';
  end if;
  return old;
end
$$;
drop trigger append_only on fieldgate.activity_entries;
create trigger append_only before update on fieldgate.activity_entries
  for each row execute function fieldgate.refuse_rewriting();
create trigger forgotten_only before delete on fieldgate.activity_entries
  for each row execute function fieldgate.guard_entries();

-- Forgets the oldest entries of a log, up to the first one that is younger than `until`, at most so many, and
-- returns how many. The lock on the head keeps two of them, and whoever appends, apart.
create function fieldgate.forget_activity(customer uuid, until timestamptz, most integer) returns integer
  language plpgsql volatile set search_path = ''
as $$
declare
  first_seq bigint;
  last_seq bigint;
  forgotten integer;
begin
  select h.forgotten_seq into first_seq
    from fieldgate.activity_heads h where h.customer_id = customer for update;
  select coalesce(min(e.seq) filter (where e.at > until) - 1, max(e.seq)) into last_seq from (
    select o.seq, o.at from fieldgate.activity_entries o
    where o.customer_id = customer and o.seq > first_seq order by o.seq limit most) e;
  if last_seq is null or last_seq <= first_seq then
    return 0;
  end if;
  update fieldgate.activity_heads h set forgotten_seq = e.seq, forgotten_hash = e.hash
    from fieldgate.activity_entries e
    where h.customer_id = customer and e.customer_id = customer and e.seq = last_seq;
  delete from fieldgate.activity_entries e where e.customer_id = customer and e.seq <= last_seq;
  get diagnostics forgotten = row_count;
  return forgotten;
end
$$;

revoke all on all functions in schema fieldgate from public;
