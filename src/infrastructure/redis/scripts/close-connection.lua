-- Forgets a device's connection, unless another one counts by now.
-- KEYS[1] connection: the id of the device's connection that counts
-- ARGV[1] id of the connection that is gone
-- Answers {'closed'} or {'replaced'}.
-- Touches 1 key and none of its elements. Only shrinks: a full Redis allows it.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return { 'replaced' }
end
redis.call('DEL', KEYS[1])
return { 'closed' }
