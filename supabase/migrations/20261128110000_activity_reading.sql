-- Reading a log by what it is about, and by who did it. A command leaves about three entries, so each index has to
-- be worth its writes: ids of commands and of their devices repeat or grow, and land on few pages. By kind alone
-- nobody reads often enough.
create index activity_by_subject on fieldgate.activity_entries (customer_id, subject_id, seq);
create index activity_by_actor on fieldgate.activity_entries (customer_id, actor_id, seq);
