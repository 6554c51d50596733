-- Marks every token of a device for removal. They stay in the index until they are gone: see revokeAll.
-- KEYS[1] tokens of the device: hashes by the millisecond at which their life ends; +inf for doomed ones
-- Answers {'doomed', hash, ...}.
-- Touches 1 key and at most 256 elements. The expiry is set first, to what it is: a full Redis then allows the rest.
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  return { 'doomed' }
end
redis.call('PEXPIRE', KEYS[1], decimal(math.max(1, left)))
local answer = { 'doomed' }
for _, hash in ipairs(redis.call('ZRANGE', KEYS[1], 0, 255)) do
  redis.call('ZADD', KEYS[1], '+inf', hash)
  answer[#answer + 1] = hash
end
return answer
