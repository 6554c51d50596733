-- Says whether a token that was just written may be handed out, and takes the surplus ones off the index.
-- KEYS[1] tokens of the device: hashes by the millisecond at which their life ends; +inf for doomed ones
-- ARGV[1] hash, ARGV[2] how many hashes follow
-- ARGV[3] the first hash to take off the index; the others follow it
-- Answers {'kept'}, or {'revoked'} when all tokens of the device were revoked meanwhile.
-- Touches 1 key and at most 65 elements.
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
for n = 3, 2 + whole(ARGV[2]) do
  redis.call('ZREM', KEYS[1], ARGV[n])
end
if not score or tonumber(score) == math.huge then
  redis.call('ZREM', KEYS[1], ARGV[1])
  return { 'revoked' }
end
return { 'kept' }
