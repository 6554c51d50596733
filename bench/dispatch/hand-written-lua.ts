import type { Bench } from '../bench.js';
import type { Contender } from '../rounds.js';
import { openScripts } from './open-scripts.js';

const sources = {
  add: `redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])`,
  take: `
    local found = redis.call('ZPOPMIN', KEYS[1])
    if not found[1] then return false end
    local time = redis.call('TIME')
    redis.call('ZADD', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1], found[1])
    return found[1]`,
  remove: `return redis.call('ZREM', KEYS[1], ARGV[1])`,
} as const;

/** Queues of ids: what is added is taken once, and held until it is removed. */
export interface HandWrittenQueues {
  add(queue: string, rank: number, id: string): Promise<unknown>;
  /** Null: there is nothing. */
  take(queue: string): Promise<unknown>;
  remove(queue: string, id: string): Promise<unknown>;
}

/** The shortest scripts that do it at all: no order kept, no attempts, no deadlines. */
export async function openHandWrittenQueues(bench: Bench, what: string): Promise<HandWrittenQueues> {
  const { add, take, remove } = await openScripts(bench, what, sources);
  const key = (queue: string, part: string) => `${bench.prefix}:hand:{${queue}}:${part}`;
  return {
    add: (queue, rank, id) => add('1', key(queue, 'ready'), String(rank), id),
    take: (queue) => take('2', key(queue, 'ready'), key(queue, 'held'), '30000'),
    remove: (queue, id) => remove('1', key(queue, 'held'), id),
  };
}

export async function handWrittenLua(bench: Bench): Promise<Contender> {
  const name = 'hand-written Lua';
  const queues = await openHandWrittenQueues(bench, name);
  let last = 0;
  return {
    name,
    cycle: async (caller) => {
      last += 1;
      const [queue, id] = [`device-${String(caller)}`, `command-${String(last)}`];
      await queues.add(queue, last, id);
      if ((await queues.take(queue)) !== id) throw new Error('another id came than was added');
      await queues.remove(queue, id);
    },
  };
}
