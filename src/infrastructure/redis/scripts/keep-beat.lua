-- Keeps a heartbeat as the latest of its device, and one of each span of time as a sample.
-- KEYS[1] latest: the newest beat and when it was
-- KEYS[2] samples: beats by their millisecond
-- ARGV[1] when the beat was, in ms, ARGV[2] the beat
-- ARGV[3] span of one sample in ms, ARGV[4] for how many ms samples count, ARGV[5] how many at most
-- ARGV[6] ms after which the latest beat is forgotten, ARGV[7] the same for the samples
-- Answers {'kept'}.
-- Touches 2 keys; the samples that are too old, and one more.
local at, span, window, most = whole(ARGV[1]), whole(ARGV[3]), whole(ARGV[4]), whole(ARGV[5])
local latest_life, samples_life = whole(ARGV[6]), whole(ARGV[7])

-- Beats of one device may come in by two gateways, and overtake each other.
local newest = redis.call('HGET', KEYS[1], 'at')
if not newest or tonumber(newest) <= at then
  redis.call('HSET', KEYS[1], 'at', decimal(at), 'beat', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], decimal(latest_life))
end

redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', decimal(at - window))
local first = at - at % span
if redis.call('ZCOUNT', KEYS[2], decimal(first), decimal(first + span - 1)) == 0 then
  redis.call('ZADD', KEYS[2], decimal(at), ARGV[2])
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -(most + 1))
  redis.call('PEXPIRE', KEYS[2], decimal(samples_life))
end
return { 'kept' }
