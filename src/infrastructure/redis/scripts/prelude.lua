-- Stands before every script. It reads and computes; it never writes by itself when loaded.

-- A whole number from 0 to 2^53 - 1; anything else ends the script, which is why it is asked before any write.
local function whole(text)
  local number = string.find(text, '^%d+$') and tonumber(text)
  if not number or number > 9007199254740991 then
    error('not a whole number: ' .. text)
  end
  return number
end

-- Milliseconds since 1970. Scripts under test are told the instant; all others read the store's clock, once.
local function instant(told)
  if told ~= '' then
    return whole(told)
  end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Numbers are answered, and stand in texts, as decimals: Lua would print the large ones with an exponent. A command is
-- given them as they are: Redis prints them to the last digit.
local function decimal(number)
  return string.format('%.0f', number)
end

-- Of a device's queue: takes the id away from where it stands, which is one place. Only shrinks, so that a full Redis
-- allows it, and with it the writes that follow in the same script.
local function lift(ready, held, delayed, holders, attempts, id)
  local holder = redis.call('HGET', holders, id)
  if holder then
    redis.call('ZREM', held, id)
    redis.call('HDEL', holders, id)
    redis.call('ZREM', attempts, holder .. '|' .. id)
  elseif redis.call('ZREM', ready, id) == 0 then
    redis.call('ZREM', delayed, id)
  end
end

-- Arms, moves or (with '') removes the moment at which time alone moves a command.
local function watch(due, device, id, now, due_in)
  local member = device .. '|' .. id
  if due_in == '' then
    redis.call('ZREM', due, member)
  else
    redis.call('ZADD', due, now + whole(due_in), member)
  end
end

-- A device's token as it is kept, and what it was made from: nothing when the text is none of ours. `who` is
-- "<customer>|<token generation>": no script needs one without the other.
local function kept(who, idle, idle_until, ends)
  return table.concat({ who, decimal(idle), decimal(idle_until), decimal(ends) }, '|')
end

local function session(text)
  local who, idle, idle_until, ends = string.match(text or '', '^([^|]+|%d+)|(%d+)|(%d+)|(%d+)$')
  return who, tonumber(idle), tonumber(idle_until), tonumber(ends)
end

-- Lets the holder of a live token in, takes one point of the device's budget, and looks at its queue. Answers what
-- admit-device shows, and whether the budget was used up; nothing where there is no such token. `first`, where it is
-- given, is called before anything is written for one that is let in.
local function admit(tokens, budget, ready, held, delayed, ranks, epoch, now, hash, points, window, first)
  local who, idle, idle_until, ends = session(redis.call('HGET', tokens, hash))
  if not who then
    return nil
  end
  if ends <= now or idle_until <= now then
    redis.call('HDEL', tokens, hash)
    return nil
  end
  if first and tonumber(redis.call('GET', budget) or '0') < points then
    first()
  end

  -- Every write goes to the append-only file and to the replicas: a token in use is not written at every call.
  if now + idle - idle_until >= idle / 1000 then
    local left = math.min(idle, ends - now)
    redis.call('PEXPIRE', tokens, math.max(left, redis.call('PTTL', tokens)))
    redis.call('HSET', tokens, hash, kept(who, idle, now + idle, ends))
  else
    -- No token is called so. A full Redis counts the call all the same after a write that needs no memory.
    redis.call('HDEL', tokens, '')
  end

  local taken = redis.call('INCR', budget)
  local rest = redis.call('PTTL', budget)
  if rest < 0 then
    redis.call('PEXPIRE', budget, window)
    rest = window
  end

  local waiting, in_hold = 0, 0
  -- Most devices ask most of the time for nothing.
  if redis.call('EXISTS', ranks) == 1 then
    in_hold = redis.call('ZCOUNT', held, '(' .. now, '+inf')
    local lapsed = redis.call('ZCARD', held) - in_hold
    waiting = redis.call('ZCARD', ready) + redis.call('ZCARD', delayed) + lapsed
  end
  local state = redis.call('EXISTS', epoch) == 1 and 'complete' or 'partial'
  -- In one text: the gateway needs twice the time to take a list of all these apart. Numbers below 10^14 print as they
  -- are, and none of these comes near.
  local shown = who .. '|' .. taken .. '|' .. rest .. '|' .. waiting .. '|' .. in_hold .. '|' .. state
  return shown, taken > points
end

-- Keeps a heartbeat as the latest of its device, and one of each span of time as a sample.
local function keep_beat(latest, samples, at, beat, span, window, most, latest_life, samples_life)
  -- Beats of one device may come in by two gateways, and overtake each other.
  local newest = redis.call('HGET', latest, 'at')
  if not newest or tonumber(newest) <= at then
    redis.call('HSET', latest, 'at', at, 'beat', beat)
    redis.call('PEXPIRE', latest, latest_life)
  end

  redis.call('ZREMRANGEBYSCORE', samples, '-inf', at - window)
  local begin = at - at % span
  if redis.call('ZCOUNT', samples, begin, begin + span - 1) == 0 then
    redis.call('ZADD', samples, at, beat)
    redis.call('ZREMRANGEBYRANK', samples, 0, -(most + 1))
    redis.call('PEXPIRE', samples, samples_life)
  end
end
