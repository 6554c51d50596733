import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { readLuaScripts, scriptNames } from '../../src/infrastructure/redis/lua-scripts.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import type { RedisConfig } from '../../src/infrastructure/redis/redis-config.js';
import { RedisDeviceTokens } from '../../src/infrastructure/redis/redis-device-tokens.js';
import { RedisDispatchQueue } from '../../src/infrastructure/redis/redis-dispatch-queue.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { redisFault } from '../../src/infrastructure/redis/redis-faults.js';
import { startRedisCluster } from '../contract/redis-cluster.js';
import { eventually } from '../support/eventually.js';
import { startRedisServer } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';

const keys = new RedisKeys('fg');
const deviceId = 'device-a';
const away = { code: 'dependency_unavailable', retryAfterMs: 1_000 };
const session = { deviceId, customerId: 'customer-a', tokenGeneration: 1 };
const offer = { kind: 'offer', deviceId, commandId: 'a', rank: 1, delayMs: 0, dueInMs: null } as const;

/** Resolves with what keeps it from ending by itself, if anything does. */
type Trouble = (server: RedisServer, admin: Redis) => Promise<readonly string[] | null>;

const set =
  (...pairs: readonly string[]): Trouble =>
  async (_, admin) => {
    for (let n = 0; n < pairs.length; n += 2) await admin.config('SET', pairs[n] ?? '', pairs[n + 1] ?? '');
    return null;
  };

/** How one server refuses to take something in, how it is brought to that, and how it is mended. */
const refusals: readonly (readonly [string, Trouble, Trouble])[] = [
  ['OOM', set('maxmemory', '1'), set('maxmemory', '0')],
  ['NOREPLICAS', set('min-replicas-to-write', '1'), set('min-replicas-to-write', '0')],
  ['READONLY', (_, admin) => admin.replicaof('127.0.0.1', 1).then(() => null), masterAgain],
  [
    'MASTERDOWN',
    async (_, admin) => {
      await admin.config('SET', 'replica-serve-stale-data', 'no');
      return admin.replicaof('127.0.0.1', 1).then(() => null);
    },
    masterAgain,
  ],
  [
    'MISCONF',
    async (_, admin) => {
      // A snapshot that cannot be written stops the writes: its folder is gone.
      await admin.config('SET', 'save', '3600 1', 'stop-writes-on-bgsave-error', 'yes');
      const [, folder = ''] = await admin.config('GET', 'dir');
      await rm(folder, { recursive: true });
      await admin.bgsave();
      await eventually(async () => (await admin.info('persistence')).includes('rdb_last_bgsave_status:err'));
      return null;
    },
    set('stop-writes-on-bgsave-error', 'no', 'save', ''),
  ],
  [
    'NOAUTH',
    async (_, admin) => {
      await admin.config('SET', 'requirepass', 'secret');
      await admin.auth('secret');
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      return null;
    },
    set('requirepass', ''),
  ],
  [
    'NOPERM',
    (_, admin) => admin.call('ACL', 'SETUSER', 'default', '-evalsha', '-eval').then(() => null),
    (_, admin) => admin.call('ACL', 'SETUSER', 'default', '+@all').then(() => null),
  ],
];

async function masterAgain(_: RedisServer, admin: Redis): Promise<null> {
  await admin.replicaof('NO', 'ONE');
  await admin.config('SET', 'replica-serve-stale-data', 'yes');
  return null;
}

describe('A Redis that answers and cannot serve', () => {
  let server: RedisServer;
  let admin: Redis;
  let redis: RedisClient;
  let queue: RedisDispatchQueue;

  beforeAll(async () => {
    server = await startRedisServer({ args: ['--enable-debug-command', 'yes'] });
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
    redis = await RedisClient.open({ url: server.url });
    queue = new RedisDispatchQueue(redis, keys);
  });
  afterAll(async () => {
    redis.close();
    admin.disconnect();
    await server.remove();
  });

  it.each(refusals)('is away for its callers, and no token is void: %s', async (word, begin, mend) => {
    const tokens = new RedisDeviceTokens(redis, keys);
    await eventually(() => tokens.put('hash', session, { idleMs: 60_000, lifeMs: 60_000 }));
    await queue.place([{ ...offer, kind: 'drop' }]);
    await begin(server, admin);
    try {
      expect(await refusalOf(server.port)).toContain(word);
      await expect(queue.place([offer])).rejects.toMatchObject(away);
      await expect(queue.beginRebuild('mark')).rejects.toMatchObject(away);
      // Whoever is told that there is no such token signs in again, all at once.
      const found = await tokens
        .admit({ deviceId: 'device-a', hash: 'hash' }, { name: 'calls', points: 10, windowMs: 60_000 })
        .catch((error: unknown) => error);
      if (word === 'OOM') expect(found).toMatchObject({ session });
      else expect(found).toMatchObject(away);
    } finally {
      await mend(server, admin);
    }
    await eventually(() => queue.place([offer]), { withinMs: 10_000 });
  });

  it('is away while it runs a script of somebody else that does not end: BUSY', async () => {
    await admin.config('SET', 'busy-reply-threshold', '10');
    const endless = new Redis(server.url);
    endless.on('error', () => undefined);
    const ends = endless.eval('while true do end', 0).catch((error: unknown) => String(error));
    try {
      await eventually(async () => expect(await refusalOf(server.port)).toContain('BUSY'));
      await expect(queue.place([offer])).rejects.toMatchObject(away);
    } finally {
      await eventually(() => admin.script('KILL'));
      expect(await ends).toContain('killed');
      endless.disconnect();
    }
    await eventually(() => queue.place([offer]), { withinMs: 10_000 });
  });

  it('is away when it lets nobody in any more: max number of clients reached', async () => {
    await admin.config('SET', 'maxclients', '1');
    const late = await RedisClient.open({ url: server.url });
    try {
      await expect(late.ping()).rejects.toMatchObject(away);
      await admin.config('SET', 'maxclients', '10000');
      await eventually(() => late.ping(), { withinMs: 10_000 });
    } finally {
      late.close();
    }
  });

  it('is away while it reads what it saved: LOADING', async () => {
    const slow = await startRedisServer({
      args: ['--key-load-delay', '2000', '--enable-debug-command', 'yes'],
    });
    const filler = new Redis(slow.url);
    filler.on('error', () => undefined);
    const client = await RedisClient.open({ url: slow.url });
    try {
      await filler.mset(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`key-${String(n)}`, 'x'])));
      const reload = filler.call('DEBUG', 'RELOAD');
      await eventually(() => expect(client.ping()).rejects.toMatchObject(away), { everyMs: 5 });
      await reload;
      await eventually(() => client.ping(), { withinMs: 10_000 });
    } finally {
      client.close();
      filler.disconnect();
      await slow.remove();
    }
  });

  it.each(scriptNames)('runs a script that it does not know: NOSCRIPT, %s', async (name) => {
    await admin.script('FLUSH');
    const { sha, keyCount } = readLuaScripts()[name];
    const one = Array.from({ length: keyCount }, (_, n) => `{x}:${String(n)}`);
    await expect(admin.evalsha(sha, keyCount, ...one)).rejects.toThrow('NOSCRIPT');
    // It reaches the script, which may then find fault with these arguments.
    const answer = await redis.run(name, one, ['1', '1', '1', '1', '1', '1', '1', '1']).catch(String);
    expect(String(answer)).not.toContain('NOSCRIPT');
  });
});

describe('A cluster that cannot serve', () => {
  it('is away without its slots, on the move between two nodes, and never answers across slots', async () => {
    const cluster = await startRedisCluster();
    const config: RedisConfig = { clusterNodes: cluster.nodes };
    const admins = cluster.nodes.map(({ port }) => new Redis({ port, host: '127.0.0.1' }));
    const redis = await RedisClient.open(config);
    const queue = new RedisDispatchQueue(redis, keys);
    try {
      await eventually(() => queue.place([offer]), { withinMs: 20_000 });
      // CROSSSLOT is a mistake of ours, and none that is taken for success.
      const across = [keys.epoch('{s00}'), keys.epoch('{s01}')];
      await expect(redis.command('DEL', ...across)).rejects.toThrow();

      const slots = await admins[0]?.call('CLUSTER', 'SLOTS');
      expect(Array.isArray(slots)).toBe(true);
      for (const admin of admins)
        await admin.call('CLUSTER', 'DELSLOTSRANGE', '0', '16383').catch(() => undefined);
      await eventually(() => expect(queue.place([offer])).rejects.toMatchObject(away), { withinMs: 10_000 });
      const told = await refusalOf(cluster.nodes[0]?.port ?? 0);
      expect(told).toContain('CLUSTERDOWN');
    } finally {
      redis.close();
      for (const admin of admins) admin.disconnect();
      await cluster.remove();
    }
  }, 60_000);
});

describe('What Redis says', () => {
  class ReplyError extends Error {
    override readonly name = 'ReplyError';
  }

  it.each([
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica.",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'NOREPLICAS Not enough good replicas to write.',
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
    'CLUSTERDOWN Hash slot not served',
    'TRYAGAIN Multiple keys request during rehashing of slot',
    "OOM command not allowed when used memory > 'maxmemory'.",
    'BUSY Redis is busy running a script.',
    'ERR max number of clients reached',
    'EXECABORT Transaction discarded because of previous errors.',
    'NOSCRIPT No matching script. Please use EVAL.',
  ])('means that it is away: %s', (message) => {
    expect(redisFault(new ReplyError(message))).toMatchObject(away);
  });

  it.each([
    "CROSSSLOT Keys in request don't hash to the same slot",
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'ERR unknown command',
  ])('shows a mistake of ours, which stays what it is: %s', (message) => {
    const error = new ReplyError(message);
    expect(redisFault(error)).toBe(error);
  });
});

/** The first line that the server says to a write of somebody who has just come. */
async function refusalOf(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(`EVAL "return redis.call('SET', KEYS[1], 'x')" 1 key\r\n`);
    const [line] = (await once(socket, 'data')) as [Buffer];
    return line.toString();
  } finally {
    socket.destroy();
  }
}
