-- What every proposal, claim and result runs is planned once for a connection, and not anew for each call: the values of
-- a call never make another plan the better one, and planning took most of the time. Measured on an idle log:
-- 0.91 to 0.15 ms for queues_of, 0.44 to 0.27 ms for append_activity.
alter function fieldgate.queues_of(text[], uuid[], integer) set plan_cache_mode = 'force_generic_plan';
alter function fieldgate.append_activity(uuid, json) set plan_cache_mode = 'force_generic_plan';
