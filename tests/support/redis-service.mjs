import { Redis } from 'ioredis';
import { ensureProgram, freePort, launch } from './programs.mjs';

/** A Redis for the whole run: the one of REDIS_URL, else one at the standard port, else one that is started. */
export async function provideRedis() {
  const program = ensureProgram('redis-server', 'redis-server');
  const given = process.env.REDIS_URL;
  if (given !== undefined && given !== '') {
    await ping(given).catch((error) => {
      throw new Error(`The Redis of REDIS_URL does not answer: ${error.message}. Correct or unset it.`);
    });
    return { url: given, program, stop: async () => undefined };
  }
  const standard = 'redis://127.0.0.1:6379';
  if (await ping(standard).catch(() => false)) return { url: standard, program, stop: async () => undefined };

  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    '/tmp',
  ];
  return { url, program, stop: await launch(program, args, { answers: () => ping(url) }) };
}

/** Deletes the keys of a run. */
export async function deleteKeys(url, prefix) {
  const redis = connect(url);
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) {
      if (keys.length > 0) await redis.unlink(...keys);
    }
  } finally {
    redis.disconnect();
  }
}

async function ping(url) {
  const redis = connect(url);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } finally {
    redis.disconnect();
  }
}

function connect(url) {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 2_000, retryStrategy: () => null });
  // The failed call reports it.
  redis.on('error', () => undefined);
  return redis;
}
