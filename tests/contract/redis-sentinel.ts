import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { RedisConfig } from '../../src/infrastructure/redis/redis-config.js';
import { environment } from '../support/environment.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/gateway-process.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';

const name = 'gate';

interface Members {
  readonly primary: RedisServer;
  readonly replica: RedisServer;
}

export interface RedisSentinels {
  readonly config: RedisConfig;
  /** The one that the sentinels say is the primary now, and the other one. */
  members(): Promise<Members>;
  /** Makes the replica the primary, without anybody dying. Resolves when the sentinels say so. */
  failOver(): Promise<void>;
  /** Resolves when the sentinels have replaced a primary that died. */
  replaced(dead: RedisServer): Promise<void>;
  /** Resolves when the replica follows the primary again and the sentinels know it. */
  whole(): Promise<void>;
  remove(): Promise<void>;
}

/** A primary, a replica, and three sentinels that watch them and take a silence of half a second for death. */
export async function startRedisSentinels(): Promise<RedisSentinels> {
  const first = await startRedisServer();
  const second = await startRedisServer({ args: ['--replicaof', '127.0.0.1', String(first.port)] });
  const sentinels = await Promise.all([0, 1, 2].map(() => startSentinel(first.port)));
  const ask = new Redis({ port: sentinels[0]?.port ?? 0, host: '127.0.0.1' });

  const primaryPort = async (): Promise<number> => {
    // All must agree: a client asks whichever of them answers first.
    const ports = await Promise.all(sentinels.map(({ port }) => primaryAccordingTo(port)));
    if (new Set(ports).size !== 1) throw new Error(`The sentinels disagree: ${ports.join(', ')}.`);
    return ports[0] ?? 0;
  };
  const replaced = async (dead: RedisServer): Promise<void> => {
    await eventually(async () => (await primaryPort()) !== dead.port, { withinMs: 60_000, everyMs: 100 });
  };
  const sentinelsKnow = async (): Promise<boolean> => {
    const words = await ask.call('SENTINEL', 'MASTER', name);
    const facts = pairs(words);
    return facts.get('num-slaves') === '1' && facts.get('num-other-sentinels') === '2';
  };
  const members = async () => {
    const port = await primaryPort();
    return port === first.port ? { primary: first, replica: second } : { primary: second, replica: first };
  };
  const cluster: RedisSentinels = {
    config: { sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })), name },
    members,
    failOver: async () => {
      const { primary } = await members();
      await eventually(() => ask.call('SENTINEL', 'FAILOVER', name), { withinMs: 30_000, everyMs: 100 });
      await replaced(primary);
    },
    replaced,
    whole: async () => {
      await eventually(sentinelsKnow, { withinMs: 40_000, everyMs: 100 });
      await eventually(async () => followsOrIsTold(await members()), { withinMs: 40_000, everyMs: 100 });
    },
    remove: async () => {
      ask.disconnect();
      await Promise.all(sentinels.map((sentinel) => sentinel.remove()));
      await Promise.all([first.remove(), second.remove()]);
    },
  };
  await cluster.whole();
  return cluster;
}

async function startSentinel(primaryPort: number) {
  const folder = await mkdtemp(join(tmpdir(), 'fieldgate-sentinel-'));
  const port = await freePort();
  const file = join(folder, 'sentinel.conf');
  const lines = [
    `port ${String(port)}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${name} 127.0.0.1 ${String(primaryPort)} 2`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 3000`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const process = spawn(environment('FIELDGATE_TEST_REDIS_SERVER'), [file, '--sentinel'], {
    stdio: 'ignore',
  });
  const ended = once(process, 'exit');
  await eventually(() => primaryAccordingTo(port));
  // They look around more often than they would in earnest, and a machine that stalls does not put them to sleep.
  const quick = [
    'info-period',
    '1000',
    'ask-period',
    '200',
    'publish-period',
    '300',
    'tilt-trigger',
    '60000',
  ];
  await asked(port, (redis) => redis.call('SENTINEL', 'DEBUG', ...quick));
  return {
    port,
    remove: async () => {
      process.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function primaryAccordingTo(sentinelPort: number): Promise<number> {
  const [, port] = await asked(sentinelPort, (redis) =>
    redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name),
  );
  return Number(port);
}

/** A primary of former times is told at once what the sentinels would tell it by and by. */
async function followsOrIsTold({ primary, replica }: Members): Promise<boolean> {
  const [role, , port, link] = await asked(replica.port, (redis) => redis.call('ROLE'));
  if (role === 'slave') return port === String(primary.port) && link === 'connected';
  await asked(replica.port, (redis) => redis.call('REPLICAOF', '127.0.0.1', String(primary.port)));
  return false;
}

async function asked(port: number, ask: (redis: Redis) => Promise<unknown>): Promise<readonly string[]> {
  const redis = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const answer = await ask(redis);
    return Array.isArray(answer) ? answer.map(String) : [];
  } finally {
    redis.disconnect();
  }
}

function pairs(words: unknown): ReadonlyMap<string, string> {
  const list = Array.isArray(words) ? words.map(String) : [];
  return new Map(list.flatMap((word, n) => (n % 2 === 0 ? [[word, list[n + 1] ?? '']] : [])));
}
