-- Takes an id out of the queue, and watches only its deadline.
-- KEYS[1] ready: ids by rank
-- KEYS[2] held: ids by the millisecond at which the hold is over
-- KEYS[3] delayed: ids by the millisecond at which the delay is over
-- KEYS[4] ranks: rank of every id that is in the queue
-- KEYS[5] holders: attempt of every id that is in hold
-- KEYS[6] attempts: "<attempt>|<id>" of every id that is in hold, in the order of the letters
-- KEYS[7] due: "<device>|<id>" by the millisecond at which time alone moves it
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] device, ARGV[3] id, ARGV[4] due in ms
-- Answers {'placed'}.
-- Touches 7 keys and one element of each. An id that is new here needs memory: a full Redis refuses it.
local now = instant(ARGV[1])
local device, id = ARGV[2], ARGV[3]
whole(ARGV[4])

if redis.call('HEXISTS', KEYS[4], id) == 1 then
  lift(KEYS[1], KEYS[2], KEYS[3], KEYS[5], KEYS[6], id)
  redis.call('HDEL', KEYS[4], id)
end
watch(KEYS[7], device, id, now, ARGV[4])
return { 'placed' }
