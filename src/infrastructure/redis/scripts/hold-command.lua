-- Keeps an id away from everybody but one attempt, until the hold is over.
-- KEYS[1] ready: ids by rank
-- KEYS[2] held: ids by the millisecond at which the hold is over
-- KEYS[3] delayed: ids by the millisecond at which the delay is over
-- KEYS[4] ranks: rank of every id that is in the queue
-- KEYS[5] holders: attempt of every id that is in hold
-- KEYS[6] attempts: "<attempt>|<id>" of every id that is in hold, in the order of the letters
-- KEYS[7] due: "<device>|<id>" by the millisecond at which time alone moves it
-- KEYS[8] served: until which millisecond this attempt of the device gets nothing new
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] device, ARGV[3] id, ARGV[4] rank
-- ARGV[5] attempt, ARGV[6] length of the hold in ms, ARGV[7] due in ms, or '' for never
-- Answers {'placed'}.
-- Touches 8 keys and one element of each; the last one ends by itself. An id that is new here needs memory: a full Redis refuses it.
local now = instant(ARGV[1])
local device, id, attempt = ARGV[2], ARGV[3], ARGV[5]
local rank, length = whole(ARGV[4]), whole(ARGV[6])
if ARGV[7] ~= '' then
  whole(ARGV[7])
end

if redis.call('HEXISTS', KEYS[4], id) == 1 then
  lift(KEYS[1], KEYS[2], KEYS[3], KEYS[5], KEYS[6], id)
end
redis.call('HSET', KEYS[4], id, rank)
redis.call('ZADD', KEYS[2], now + length, id)
redis.call('HSET', KEYS[5], id, attempt)
redis.call('ZADD', KEYS[6], '0', attempt .. '|' .. id)
-- The written instant counts; the expiry only tidies up.
redis.call('SET', KEYS[8], now + 300000, 'PX', '300000')
watch(KEYS[7], device, id, now, ARGV[7])
return { 'placed' }
