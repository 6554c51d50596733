-- Forgets an id altogether.
-- KEYS[1] ready: ids by rank
-- KEYS[2] held: ids by the millisecond at which the hold is over
-- KEYS[3] delayed: ids by the millisecond at which the delay is over
-- KEYS[4] ranks: rank of every id that is in the queue
-- KEYS[5] holders: attempt of every id that is in hold
-- KEYS[6] attempts: "<attempt>|<id>" of every id that is in hold, in the order of the letters
-- KEYS[7] due: "<device>|<id>" by the millisecond at which time alone moves it
-- ARGV[1] device, ARGV[2] id
-- Answers {'dropped'}, also when it was never there.
-- Touches 7 keys and one element of each. Only shrinks: a full Redis allows it.
lift(KEYS[1], KEYS[2], KEYS[3], KEYS[5], KEYS[6], ARGV[2])
redis.call('HDEL', KEYS[4], ARGV[2])
redis.call('ZREM', KEYS[7], ARGV[1] .. '|' .. ARGV[2])
return { 'dropped' }
