-- Counts the ids of a device's queue. Writes nothing.
-- KEYS[1] ready: ids by rank
-- KEYS[2] held: ids by the millisecond at which the hold is over
-- KEYS[3] delayed: ids by the millisecond at which the delay is over
-- ARGV[1] the instant in ms, or '' for the store's clock
-- Answers {'depth', ids a claim gets now or later, ids in hold}.
-- Touches 3 keys, and none of their elements.
local now = instant(ARGV[1])
local held = redis.call('ZCOUNT', KEYS[2], '(' .. now, '+inf')
local lapsed = redis.call('ZCOUNT', KEYS[2], '-inf', now)
local waiting = redis.call('ZCARD', KEYS[1]) + redis.call('ZCARD', KEYS[3]) + lapsed
return { 'depth', decimal(waiting), decimal(held) }
