-- Puts a shard into an epoch, if it still knows the one who filled it. All other marks end with that.
-- KEYS[1] epoch of the shard; missing while it is not filled
-- KEYS[2] rebuilds: marks of those who fill the shard
-- ARGV[1] epoch, ARGV[2] mark
-- Answers {'begun'}, or {'lost'} when the mark is gone: the shard was wiped, or somebody else was first.
-- Touches 2 keys, one of them with an element for each gateway. Removes before it adds: a full Redis allows it.
if redis.call('SISMEMBER', KEYS[2], ARGV[2]) == 0 then
  return { 'lost' }
end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1])
return { 'begun' }
