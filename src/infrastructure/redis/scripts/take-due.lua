-- Tells which commands of a shard are due, and puts each off, so that it is not told again too soon.
-- KEYS[1] due: "<device>|<id>" by the millisecond at which time alone moves it
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] how many at most, ARGV[3] for how many ms they are put off
-- Answers {'due', "<device>|<id>", ...}, the earliest first.
-- Touches 1 key and at most 500 elements. Removes before it adds: a full Redis allows it.
local limit, retry = whole(ARGV[2]), whole(ARGV[3])
local now = instant(ARGV[1])
local answer = { 'due' }
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, math.min(limit, 500))) do
  redis.call('ZREM', KEYS[1], member)
  redis.call('ZADD', KEYS[1], now + retry, member)
  answer[#answer + 1] = member
end
return answer
