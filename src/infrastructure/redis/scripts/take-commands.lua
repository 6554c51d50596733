-- Takes the first ids of a device's queue and holds them for an attempt, unless it was given some for good before.
-- KEYS[1] ready: ids by rank
-- KEYS[2] held: ids by the millisecond at which the hold is over
-- KEYS[3] delayed: ids by the millisecond at which the delay is over
-- KEYS[4] ranks: rank of every id that is in the queue
-- KEYS[5] holders: attempt of every id that is in hold
-- KEYS[6] attempts: "<attempt>|<id>" of every id that is in hold, in the order of the letters
-- KEYS[7] served: until which millisecond this attempt of the device gets nothing new
-- KEYS[8] epoch of the shard; missing while it is not filled
-- KEYS[9] due: "<device>|<id>" by the millisecond at which time alone moves it
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] how many at most, ARGV[3] length of the hold in ms, ARGV[4] attempt, ARGV[5] device
-- ARGV[6] ms until their deadline, ARGV[7] whether the attempt goes on after ids that were not confirmed:
-- 'anew' or ''
-- Answers {'taken', 'complete' or 'partial', ms until something becomes available by time alone or '', id, id, ...},
-- lowest rank first; 'partial' while the shard is in no epoch.
-- Touches 9 keys, and at most 512 ids whose hold is over, 512 whose delay is over, and 64 that it answers.
-- Removes before it adds, so that a full Redis still hands out what it has.
local ready, held, delayed, ranks, holders, attempts = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local limit, length, attempt, due_in = whole(ARGV[2]), whole(ARGV[3]), ARGV[4], whole(ARGV[6])
local anew = ARGV[7] == 'anew'

local complete = redis.call('EXISTS', KEYS[8]) == 1 and 'complete' or 'partial'

-- Most devices ask most of the time for nothing.
if redis.call('EXISTS', ranks) == 0 then
  if anew then
    redis.call('DEL', KEYS[7])
  end
  return { 'taken', complete, '' }
end
local now = instant(ARGV[1])

local function first_of(source)
  local first = redis.call('ZRANGE', source, 0, 0, 'WITHSCORES')
  return tonumber(first[2])
end

local next_at, in_hold
for _, source in ipairs({ held, delayed }) do
  local first = first_of(source)
  if first and first <= now then
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', source, '-inf', now, 'LIMIT', 0, 512)) do
      lift(ready, held, delayed, holders, attempts, id)
      redis.call('ZREM', source, id)
      redis.call('ZADD', ready, redis.call('HGET', ranks, id) or '0', id)
    end
    first = first_of(source)
  end
  in_hold = in_hold or (source == held and first)
  if first and (not next_at or first < next_at) then
    next_at = first
  end
end

-- '}' is the letter after '|'. An attempt whose name goes on after a '|' falls in the same range: the holder tells.
local ids = {}
if in_hold then
  for _, member in ipairs(redis.call('ZRANGEBYLEX', attempts, '[' .. attempt .. '|', '(' .. attempt .. '}', 'LIMIT', 0, 64)) do
    local id = string.sub(member, #attempt + 2)
    if redis.call('HGET', holders, id) == attempt then
      ids[#ids + 1] = id
    end
  end
end

if #ids > 0 then
  local rank = {}
  for _, id in ipairs(ids) do
    rank[id] = tonumber(redis.call('HGET', ranks, id) or '0')
  end
  table.sort(ids, function(a, b)
    return rank[a] < rank[b] or (rank[a] == rank[b] and a < b)
  end)
elseif limit > 0 and (anew or tonumber(redis.call('GET', KEYS[7]) or '0') <= now) then
  local popped = redis.call('ZPOPMIN', ready, math.min(limit, 64))
  for n = 1, #popped, 2 do
    local id = popped[n]
    ids[#ids + 1] = id
    redis.call('ZADD', held, now + length, id)
    redis.call('HSET', holders, id, attempt)
    redis.call('ZADD', attempts, '0', attempt .. '|' .. id)
    redis.call('ZADD', KEYS[9], now + due_in, ARGV[5] .. '|' .. id)
  end
  if #ids > 0 then
    next_at = math.min(next_at or math.huge, now + length)
    -- The written instant counts; the expiry only tidies up.
    redis.call('SET', KEYS[7], now + 300000, 'PX', '300000')
  elseif anew then
    redis.call('DEL', KEYS[7])
  end
end

local answer = { 'taken', complete, next_at and decimal(math.max(0, next_at - now)) or '' }
for _, id in ipairs(ids) do
  answer[#answer + 1] = id
end
return answer
