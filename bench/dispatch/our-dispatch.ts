import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import type { Bench } from '../bench.js';
import type { Contender } from '../rounds.js';

const hourMs = 3_600_000;

/** The product's dispatch queue as the use cases drive it: every offer has a deadline, every take an attempt. */
export async function ourDispatch({ redisUrl, prefix, lifecycle }: Bench): Promise<Contender> {
  const redis = await RedisClient.open({ url: redisUrl });
  lifecycle.opened('our dispatch', () => redis.close());
  const queue = new RedisDispatchQueue(redis, new RedisKeys(prefix));
  let last = 0;
  return {
    name: 'Fieldgate',
    cycle: async (caller) => {
      last += 1;
      const deviceId = `device-${String(caller)}`;
      const commandId = `command-${String(last)}`;
      await queue.place([{ kind: 'offer', deviceId, commandId, rank: last, delayMs: 0, dueInMs: hourMs }]);
      const attemptId = `attempt-${String(last)}`;
      const { commandIds } = await queue.take(deviceId, {
        limit: 1,
        holdMs: 30_000,
        dueInMs: 5_000,
        attemptId,
        anew: false,
      });
      if (commandIds[0] !== commandId) throw new Error('another command came than was offered');
      await queue.place([{ kind: 'drop', deviceId, commandId }]);
    },
  };
}
