-- Commands that must not run at once: of one lane, or with one dedupe key. And queues that people pause.
alter table fieldgate.commands add column lane text, add column dedupe_key text;

alter table fieldgate.devices add column queue_paused_at timestamptz, add column queue_pause_reason text;

-- The last word on "never two at once": a command that has begun keeps its lane, and its key, until it ends, through
-- every retry. That a later one waits behind an earlier one is judged before; this catches two who begin at once.
create unique index commands_one_begun_per_lane on fieldgate.commands (device_id, lane)
  where lane is not null and attempt > 0 and state in ('queued', 'claimed', 'unknown_outcome');
create unique index commands_one_begun_per_key on fieldgate.commands (device_id, dedupe_key)
  where dedupe_key is not null and attempt > 0 and state in ('queued', 'claimed', 'unknown_outcome');

-- Who waits with whom.
create index commands_by_lane on fieldgate.commands (device_id, lane, acceptance)
  where lane is not null and state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome');
create index commands_by_key on fieldgate.commands (device_id, dedupe_key, acceptance)
  where dedupe_key is not null and state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome');

-- Now also of commands that have ended: the dispatch store has to hear of those who waited behind them.
drop index fieldgate.commands_undispatched;
create index commands_undispatched on fieldgate.commands (changed_at) where not dispatched;
-- What ended under the former release needs nothing.
update fieldgate.commands set dispatched = true
  where not dispatched and state not in ('queued', 'awaiting_approval', 'claimed');
