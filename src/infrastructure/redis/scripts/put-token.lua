-- Writes a token.
-- KEYS[1] token: its session and when it ends
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] device, ARGV[3] customer, ARGV[4] token generation
-- ARGV[5] idle time in ms, ARGV[6] life in ms
-- Answers {'put'}.
-- Touches 1 key.
local idle, life = whole(ARGV[5]), whole(ARGV[6])
whole(ARGV[4])
local now = instant(ARGV[1])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'device', ARGV[2], 'customer', ARGV[3], 'generation', ARGV[4], 'idle', decimal(idle),
  'idle_until', decimal(now + idle), 'ends', decimal(now + life))
redis.call('PEXPIRE', KEYS[1], decimal(math.min(idle, life)))
return { 'put' }
