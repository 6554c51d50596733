import { createHash } from 'node:crypto';
import { openDriver } from '../../src/infrastructure/redis/redis-driver.js';
import type { Bench } from '../bench.js';
import type { Contender } from '../rounds.js';

const add = `redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])`;

const take = `
local found = redis.call('ZPOPMIN', KEYS[1])
if not found[1] then return false end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1], found[1])
return found[1]`;

const remove = `return redis.call('ZREM', KEYS[1], ARGV[1])`;

/** The shortest scripts that do it at all: no order kept, no attempts, no deadlines; over the same connection settings. */
export async function handWrittenLua({ redisUrl, prefix, lifecycle }: Bench): Promise<Contender> {
  const redis = openDriver({ url: redisUrl }, 'bench');
  await new Promise((resolve) => redis.once('ready', resolve));
  lifecycle.opened('hand-written Lua', () => redis.disconnect());
  const evaluator = async (source: string) => {
    await redis.call('SCRIPT', 'LOAD', source);
    const sha = createHash('sha1').update(source).digest('hex');
    return (...rest: readonly string[]) => redis.call('EVALSHA', sha, ...rest);
  };
  const [adds, takes, removes] = await Promise.all([evaluator(add), evaluator(take), evaluator(remove)]);
  let last = 0;
  return {
    name: 'hand-written Lua',
    cycle: async (caller) => {
      last += 1;
      const id = `command-${String(last)}`;
      const ready = `${prefix}:hand:{${String(caller)}}:ready`;
      const held = `${prefix}:hand:{${String(caller)}}:held`;
      await adds('1', ready, String(last), id);
      if ((await takes('2', ready, held, '30000')) !== id) throw new Error('another id came than was added');
      await removes('1', held, id);
    },
  };
}
