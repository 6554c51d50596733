-- Takes one point of a budget. Counting and closing are one step: no crash in between leaves a budget open.
-- KEYS[1] budget: points spent, and when it is whole again
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] points, ARGV[3] window in ms
-- ARGV[4] for how many ms a spent budget stays closed, or '' for the rest of the window
-- Answers {'allowed' | 'refused', points left, ms until the budget is whole again}.
-- Touches 1 key.
local points, window = whole(ARGV[2]), whole(ARGV[3])
local closed = ARGV[4] == '' and 0 or whole(ARGV[4])
local now = instant(ARGV[1])

local budget = redis.call('HMGET', KEYS[1], 'spent', 'until')
local spent, whole_at = tonumber(budget[1] or '0'), tonumber(budget[2] or '0')
if whole_at <= now then
  spent, whole_at = 0, now + window
end
if spent >= points then
  return { 'refused', '0', decimal(whole_at - now) }
end
spent = spent + 1
if spent == points then
  whole_at = math.max(whole_at, now + closed)
end
redis.call('HSET', KEYS[1], 'spent', decimal(spent), 'until', decimal(whole_at))
redis.call('PEXPIRE', KEYS[1], decimal(whole_at - now))
return { 'allowed', decimal(points - spent), decimal(whole_at - now) }
