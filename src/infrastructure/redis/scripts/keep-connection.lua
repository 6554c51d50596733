-- Prolongs the life of a device's connection when it is the one that counts, or when none does.
-- KEYS[1] connection: the id of the device's connection that counts
-- ARGV[1] id of the connection that asks, ARGV[2] for how many ms more it lives
-- Answers {'kept'} or {'replaced'}.
-- Touches 1 key and none of its elements.
local life = whole(ARGV[2])
local counts = redis.call('GET', KEYS[1])
if counts and counts ~= ARGV[1] then
  return { 'replaced' }
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', life)
return { 'kept' }
