-- Forgets all tokens of a device.
-- KEYS[1] tokens: "<customer>|<token generation>|<idle ms>|<idle until>|<ends>" of every token of the device, by hash
-- ARGV[1] the instant in ms, or '' for the store's clock
-- Answers {'revoked', how many of them were alive}.
-- Touches 1 key and at most 65 elements. Only shrinks: a full Redis allows it.
local now = instant(ARGV[1])
local alive, found = 0, redis.call('HVALS', KEYS[1])
for _, text in ipairs(found) do
  local who, _, idle_until, ends = session(text)
  if who and idle_until > now and ends > now then
    alive = alive + 1
  end
end
redis.call('DEL', KEYS[1])
return { 'revoked', decimal(alive) }
