-- Keeps a token, and lets go of what has run out and of the oldest beyond what a device may have.
-- KEYS[1] tokens: "<customer>|<token generation>|<idle ms>|<idle until>|<ends>" of every token of the device, by hash
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] hash, ARGV[3] customer, ARGV[4] token generation, ARGV[5] idle ms, ARGV[6] life in ms
-- ARGV[7] how many tokens the device may have
-- Answers {'put'}.
-- Touches 1 key and at most 65 elements. Removes before it adds: a full Redis allows it.
local generation, idle, life, most = whole(ARGV[4]), whole(ARGV[5]), whole(ARGV[6]), whole(ARGV[7])
local now = instant(ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[2])

local living, found = {}, redis.call('HGETALL', KEYS[1])
for at = 1, #found, 2 do
  local who, _, idle_until, ends = session(found[at + 1])
  if who and idle_until > now and ends > now then
    living[#living + 1] = { hash = found[at], ends = ends }
  else
    redis.call('HDEL', KEYS[1], found[at])
  end
end
table.sort(living, function(a, b)
  return a.ends < b.ends or (a.ends == b.ends and a.hash < b.hash)
end)
for at = 1, #living - most + 1 do
  redis.call('HDEL', KEYS[1], living[at].hash)
end

redis.call('HSET', KEYS[1], ARGV[2], kept(ARGV[3] .. '|' .. decimal(generation), idle, now + idle, now + life))
redis.call('PEXPIRE', KEYS[1], math.max(math.min(idle, life), redis.call('PTTL', KEYS[1])))
return { 'put' }
