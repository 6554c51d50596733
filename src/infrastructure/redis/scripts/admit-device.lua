-- Lets the holder of a live token in, takes one point of the device's budget, and looks at its queue.
-- KEYS[1] tokens: "<customer>|<token generation>|<idle ms>|<idle until>|<ends>" of every token of the device, by hash
-- KEYS[2] budget: points taken in the window that is running, which the key ends with
-- KEYS[3] ready: ids by rank
-- KEYS[4] held: ids by the millisecond at which the hold is over
-- KEYS[5] delayed: ids by the millisecond at which the delay is over
-- KEYS[6] ranks: rank of every id that is in the queue
-- KEYS[7] epoch of the shard; missing while it is not filled
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] hash, ARGV[3] points of the budget, ARGV[4] its window in ms
-- Answers {'unknown'}, {'admitted', customer, token generation, points taken, ms left of the window, ids a claim gets
-- now or later, ids in hold, 'complete' or 'partial'}, or the same as {'limited', ...}; 'partial' while the shard is in
-- no epoch.
-- Touches 7 keys and two elements. First comes a write that needs no memory: what follows is then allowed on a full
-- Redis too.
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

-- Every write goes to the append-only file and to the replicas: a token in use is not written at every call.
if now + idle - idle_until >= idle / 1000 then
  local left = math.min(idle, ends - now)
  redis.call('PEXPIRE', KEYS[1], decimal(math.max(left, redis.call('PTTL', KEYS[1]))))
  redis.call('HSET', KEYS[1], ARGV[2], kept(customer, generation, idle, now + idle, ends))
else
  -- No token is called so. A full Redis counts the call all the same after a write that needs no memory.
  redis.call('HDEL', KEYS[1], '')
end

local taken = redis.call('INCR', KEYS[2])
local rest = redis.call('PTTL', KEYS[2])
if rest < 0 then
  redis.call('PEXPIRE', KEYS[2], decimal(window))
  rest = window
end

local waiting, held = 0, 0
-- Most devices ask most of the time for nothing.
if redis.call('EXISTS', KEYS[6]) == 1 then
  held = redis.call('ZCOUNT', KEYS[4], '(' .. decimal(now), '+inf')
  local lapsed = redis.call('ZCARD', KEYS[4]) - held
  waiting = redis.call('ZCARD', KEYS[3]) + redis.call('ZCARD', KEYS[5]) + lapsed
end
waiting, held = decimal(waiting), decimal(held)
local state = redis.call('EXISTS', KEYS[7]) == 1 and 'complete' or 'partial'

if taken > points then
  return { 'limited', customer, generation, decimal(taken), decimal(rest), waiting, held, state }
end
return { 'admitted', customer, generation, decimal(taken), decimal(rest), waiting, held, state }
