-- Notes a token in its device's index, before the token itself is written.
-- KEYS[1] tokens of the device: hashes by the millisecond at which their life ends; +inf for doomed ones
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] hash, ARGV[3] life in ms
-- ARGV[4] how many tokens a device may have
-- Answers {'listed', hash, ...} with the tokens that are too many, the oldest first.
-- Touches 1 key; the ended tokens, and at most 64 that it answers.
local life, most = whole(ARGV[3]), whole(ARGV[4])
local now = instant(ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', decimal(now))
redis.call('ZADD', KEYS[1], decimal(now + life), ARGV[2])
if redis.call('PTTL', KEYS[1]) < life then
  redis.call('PEXPIRE', KEYS[1], decimal(life))
end
local answer = { 'listed' }
local surplus = math.min(64, redis.call('ZCARD', KEYS[1]) - most)
if surplus > 0 then
  for _, hash in ipairs(redis.call('ZRANGE', KEYS[1], 0, surplus - 1)) do
    answer[#answer + 1] = hash
  end
end
return answer
