import type { Bench } from '../bench.js';
import type { Contender } from '../rounds.js';
import { openScripts } from './open-scripts.js';

const clock = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** KEYS: what each id is, ready, later, due; for `take` also the epoch, and what the attempt was given. */
const sources = {
  offer: `${clock}
    if redis.call('HGET', KEYS[1], ARGV[1]) then
      redis.call('ZREM', KEYS[2], ARGV[1])
      redis.call('ZREM', KEYS[3], ARGV[1])
    end
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
    redis.call('ZADD', KEYS[4], now + ARGV[3], ARGV[1])
    return 'placed'`,
  take: `${clock}
    local whole = redis.call('EXISTS', KEYS[5])
    local first = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
    if first[2] and tonumber(first[2]) <= now then return { 'over' } end
    local given = redis.call('GET', KEYS[6])
    if given then return { whole, given } end
    local popped = redis.call('ZPOPMIN', KEYS[2])
    if not popped[1] then return { whole } end
    redis.call('ZADD', KEYS[3], now + 30000, popped[1])
    redis.call('HSET', KEYS[1], popped[1], popped[2] .. '|' .. ARGV[1])
    redis.call('ZADD', KEYS[4], now + 5000, popped[1])
    redis.call('SET', KEYS[6], popped[1], 'PX', 300000)
    return { whole, popped[1] }`,
  drop: `
    local was = redis.call('HGET', KEYS[1], ARGV[1])
    redis.call('ZREM', was and string.find(was, '|', 1, true) and KEYS[3] or KEYS[2], ARGV[1])
    redis.call('HDEL', KEYS[1], ARGV[1])
    redis.call('ZREM', KEYS[4], ARGV[1])
    return 'dropped'`,
} as const;

/**
 * The least data that promises as much as ours, on the way on which nothing goes wrong: a rank that is kept across
 * retries, holds that end, the same answer to the same attempt, a deadline for each id, and whether the queue is whole.
 * A measure of what the promises cost, and of what ours costs beyond them.
 */
export async function leastLua(bench: Bench): Promise<Contender> {
  const name = 'least Lua';
  const { offer, take, drop } = await openScripts(bench, name, sources);
  let last = 0;
  return {
    name,
    cycle: async (caller) => {
      last += 1;
      const key = (part: string) => `${bench.prefix}:least:{${String(caller)}}:${part}`;
      const queue = ['ids', 'ready', 'later', 'due'].map(key);
      const [id, attempt] = [`command-${String(last)}`, `attempt-${String(last)}`];
      await offer('4', ...queue, id, String(last), '3600000');
      const taken = await take('6', ...queue, key('epoch'), key(`served:${attempt}`), attempt);
      if (!Array.isArray(taken) || taken[1] !== id) throw new Error('another id came than was offered');
      await drop('4', ...queue, id);
    },
  };
}
