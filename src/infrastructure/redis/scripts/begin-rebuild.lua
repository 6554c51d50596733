-- Takes a shard out of its epoch, and notes who is about to fill it. Others may be filling it at the same time.
-- KEYS[1] epoch of the shard; missing while it is not filled
-- KEYS[2] rebuilds: marks of those who fill the shard
-- ARGV[1] mark, ARGV[2] ms after which the marks are forgotten, of those who died
-- Answers {'rebuilding'}.
-- Touches 2 keys and one element. Adds before it removes: a full Redis refuses it, and nothing changes.
local life = whole(ARGV[2])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], life)
redis.call('DEL', KEYS[1])
return { 'rebuilding' }
