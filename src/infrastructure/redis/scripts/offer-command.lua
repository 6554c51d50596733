-- Puts an id into the device's queue, now or after a delay, wherever it stood before.
-- KEYS[1] ready: ids by rank
-- KEYS[2] held: ids by the millisecond at which the hold is over
-- KEYS[3] delayed: ids by the millisecond at which the delay is over
-- KEYS[4] ranks: rank of every id that is in the queue
-- KEYS[5] holders: attempt of every id that is in hold
-- KEYS[6] attempts: "<attempt>|<id>" of every id that is in hold, in the order of the letters
-- KEYS[7] due: "<device>|<id>" by the millisecond at which time alone moves it
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] device, ARGV[3] id, ARGV[4] rank
-- ARGV[5] delay in ms, ARGV[6] due in ms, or '' for never
-- Answers {'placed'}.
-- Touches 7 keys and one element of each. An id that is new here needs memory: a full Redis refuses it.
local now = instant(ARGV[1])
local device, id = ARGV[2], ARGV[3]
local rank, delay = whole(ARGV[4]), whole(ARGV[5])
if ARGV[6] ~= '' then
  whole(ARGV[6])
end

if redis.call('HEXISTS', KEYS[4], id) == 1 then
  lift(KEYS[1], KEYS[2], KEYS[3], KEYS[5], KEYS[6], id)
end
redis.call('HSET', KEYS[4], id, rank)
if delay > 0 then
  redis.call('ZADD', KEYS[3], now + delay, id)
else
  redis.call('ZADD', KEYS[1], rank, id)
end
watch(KEYS[7], device, id, now, ARGV[6])
return { 'placed' }
