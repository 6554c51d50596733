-- Stands before every script. It reads and computes; it never writes by itself when loaded.

-- A whole number from 0 to 2^53 - 1; anything else ends the script, which is why it is asked before any write.
local function whole(text)
  if not string.find(text, '^%d+$') or tonumber(text) > 9007199254740991 then
    error('not a whole number: ' .. text)
  end
  return tonumber(text)
end

-- Milliseconds since 1970. Scripts under test are told the instant; all others read the store's clock, once.
local function instant(told)
  if told ~= '' then
    return whole(told)
  end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Numbers leave as decimal strings: Lua would print the large ones with an exponent.
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
    redis.call('ZADD', due, decimal(now + whole(due_in)), member)
  end
end

-- A device's token as it is kept, and what it was made from: nothing when the text is none of ours.
local function kept(customer, generation, idle, idle_until, ends)
  return table.concat({ customer, generation, decimal(idle), decimal(idle_until), decimal(ends) }, '|')
end

local function session(text)
  local customer, generation, idle, idle_until, ends =
    string.match(text or '', '^([^|]+)|(%d+)|(%d+)|(%d+)|(%d+)$')
  return customer, generation, tonumber(idle), tonumber(idle_until), tonumber(ends)
end
