import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { environment } from './environment.js';

export interface TestRedis {
  readonly url: string;
  /** Before every key and channel of the test: the server is shared. */
  readonly prefix: string;
  /** Deletes the keys with this prefix. */
  cleanup(): Promise<void>;
}

/** A part of the run's Redis that nobody else uses. Never flush it: start a server of your own for that. */
export function testRedis(): TestRedis {
  const url = environment('FIELDGATE_TEST_REDIS_URL');
  const prefix = `${environment('FIELDGATE_TEST_PREFIX')}${randomBytes(4).toString('hex')}:`;
  const cleanup = async (): Promise<void> => {
    const redis = new Redis(url);
    try {
      for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) {
        if (Array.isArray(keys) && keys.length > 0) await redis.unlink(...keys.map(String));
      }
    } finally {
      redis.disconnect();
    }
  };
  return { url, prefix, cleanup };
}
