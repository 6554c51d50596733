-- Lets the holder of a live token in, and takes one point of the device's budget.
-- KEYS[1] tokens: "<customer>|<token generation>|<idle ms>|<idle until>|<ends>" of every token of the device, by hash
-- KEYS[2] budget: points taken in the window that is running, which the key ends with
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] hash, ARGV[3] points of the budget, ARGV[4] its window in ms
-- Answers {'unknown'}, {'admitted', customer, token generation, points taken, ms left of the window}, or the same
-- as {'limited', ...}.
-- Touches 2 keys and one element. The expiry is set first: what follows it is then allowed on a full Redis too.
local points, window = whole(ARGV[3]), whole(ARGV[4])
local customer, generation, idle, idle_until, ends = session(redis.call('HGET', KEYS[1], ARGV[2]))
if not customer then
  return { 'unknown' }
end
local now = instant(ARGV[1])
if ends <= now or idle_until <= now then
  redis.call('HDEL', KEYS[1], ARGV[2])
  return { 'unknown' }
end

local left = math.min(idle, ends - now)
redis.call('PEXPIRE', KEYS[1], decimal(math.max(left, redis.call('PTTL', KEYS[1]))))
redis.call('HSET', KEYS[1], ARGV[2], kept(customer, generation, idle, now + idle, ends))

local taken = redis.call('INCR', KEYS[2])
local rest = redis.call('PTTL', KEYS[2])
if rest < 0 then
  redis.call('PEXPIRE', KEYS[2], decimal(window))
  rest = window
end
if taken > points then
  return { 'limited', customer, generation, decimal(taken), decimal(rest) }
end
return { 'admitted', customer, generation, decimal(taken), decimal(rest) }
