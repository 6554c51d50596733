-- Finds the session of a live token, whose idle time starts anew but never reaches beyond its life.
-- KEYS[1] token: its session and when it ends
-- ARGV[1] the instant in ms, or '' for the store's clock
-- Answers {'found', device, customer, token generation} or {'none'}.
-- Touches 1 key. The expiry is set first: what follows it is then allowed on a full Redis too.
local token = redis.call('HMGET', KEYS[1], 'device', 'customer', 'generation', 'idle', 'idle_until', 'ends')
if not (token[1] and token[2] and token[3] and token[4] and token[5] and token[6]) then
  return { 'none' }
end
local now = instant(ARGV[1])
local left = tonumber(token[6]) - now
if left <= 0 or tonumber(token[5]) <= now then
  redis.call('DEL', KEYS[1])
  return { 'none' }
end
local idle = tonumber(token[4])
redis.call('PEXPIRE', KEYS[1], decimal(math.min(idle, left)))
redis.call('HSET', KEYS[1], 'idle_until', decimal(now + idle))
return { 'found', token[1], token[2], token[3] }
