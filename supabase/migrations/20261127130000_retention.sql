-- What has ended, in the order in which it did: what the purge goes by.
create index commands_by_end on fieldgate.commands (finished_at) where finished_at is not null;
