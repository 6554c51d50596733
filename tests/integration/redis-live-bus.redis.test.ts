import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { LiveSignal } from '../../src/application/ports/live-bus.js';
import { InProcessLiveBus } from '../../src/infrastructure/in-process/in-process-live-bus.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import type { RedisConfig } from '../../src/infrastructure/redis/redis-config.js';
import { RedisDeviceConnections } from '../../src/infrastructure/redis/redis-device-connections.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import { RedisLiveBus } from '../../src/infrastructure/redis/redis-live-bus.js';
import { startRedisCluster } from '../contract/redis-cluster.js';
import { eventually } from '../support/eventually.js';
import { startRedisServer } from '../support/redis-server.js';

const keys = new RedisKeys();
const soon = { withinMs: 20_000 };
const customerId = 'customer-a';
const grown: LiveSignal = { kind: 'activity', customerId };
const beat = { kind: 'beat', customerId, deviceId: 'device-a' } as const;
const channel = keys.liveChannel(keys.shardOf(customerId));

interface Store {
  readonly config: RedisConfig;
  readonly urls: readonly string[];
  remove(): Promise<void>;
}

const oneServer = async (): Promise<Store> => {
  const server = await startRedisServer();
  return { config: { url: server.url }, urls: [server.url], remove: () => server.remove() };
};

const threeNodes = async (): Promise<Store> => {
  const cluster = await startRedisCluster();
  const urls = cluster.nodes.map(({ host, port }) => `redis://${host}:${String(port)}`);
  return { config: { clusterNodes: cluster.nodes }, urls, remove: () => cluster.remove() };
};

describe.each([
  ['one Redis', oneServer],
  ['a cluster', threeNodes],
])('Signals through %s', (_, start) => {
  let store: Store;
  let clients: readonly RedisClient[];
  let here: RedisLiveBus;
  let there: RedisLiveBus;

  beforeEach(async () => {
    store = await start();
    clients = await Promise.all([RedisClient.open(store.config), RedisClient.open(store.config)]);
    const [one, other] = clients.map((client) => new RedisLiveBus(client, keys, new InProcessLiveBus()));
    [here, there] = [one, other] as [RedisLiveBus, RedisLiveBus];
    await eventually(() => isHeard(), soon);
  }, 60_000);
  afterEach(async () => {
    for (const client of clients) client.close();
    await store.remove();
  });

  async function isHeard(id = customerId): Promise<boolean> {
    let heard = false;
    const stop = there.listen({ customerId: id }, () => {
      heard = true;
    });
    await here.tell({ kind: 'activity', customerId: id });
    await eventually(() => heard, { withinMs: 100, everyMs: 5 }).catch(() => undefined);
    stop();
    return heard;
  }

  it('go on when every connection was cut, of tellers and of listeners', async () => {
    for (const url of store.urls) {
      const admin = new Redis(url);
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      admin.disconnect();
    }
    // Nothing that is told meanwhile rejects.
    await Promise.all(Array.from({ length: 20 }, () => here.tell(grown)));
    const everywhere = Array.from({ length: 20 }, (_, n) => `customer-${String(n)}`);
    for (const id of everywhere) await eventually(() => isHeard(id), soon);
  }, 60_000);

  it('are made up for, once for every audience, when the connection that listens was lost and is back', async () => {
    const heard: LiveSignal[] = [];
    const hear = (signal: LiveSignal) => heard.push(signal);
    there.listen({ customerId }, hear);
    there.listen({ deviceId: 'device-a' }, hear);
    there.listen({ userId: 'user-a' }, hear);
    for (const url of store.urls) {
      const admin = new Redis(url);
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      admin.disconnect();
    }
    // Nobody tells anything.
    const made = [grown, { kind: 'device', deviceId: 'device-a' }, { kind: 'person', userId: 'user-a' }];
    await eventually(() => expect(heard.slice(0, 3)).toEqual(made), soon);
  }, 60_000);
});

describe('A live bus through Redis', () => {
  let server: Awaited<ReturnType<typeof startRedisServer>>;
  let clients: readonly RedisClient[];
  let admin: Redis;
  let here: RedisLiveBus;
  let there: RedisLiveBus;
  let heard: LiveSignal[];

  beforeEach(async () => {
    server = await startRedisServer();
    clients = await Promise.all([1, 2].map(() => RedisClient.open({ url: server.url })));
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
    const [one, other] = clients.map((client) => new RedisLiveBus(client, keys, new InProcessLiveBus()));
    [here, there] = [one, other] as [RedisLiveBus, RedisLiveBus];
    await Promise.all(clients.map((client) => client.subscribed(5_000)));
    heard = [];
    there.listen({ customerId }, (signal) => heard.push(signal));
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    admin.disconnect();
    await server.remove();
  });

  it('sends one signal and one more, however many equal ones are told at once', async () => {
    const further: LiveSignal = { ...beat, kind: 'progress', sessionId: null, commandId: 'command-a' };
    await Promise.all(Array.from({ length: 500 }, () => [here.tell(grown), here.tell(further)]).flat());
    // After all of them, on the same channel.
    const last: LiveSignal = { ...further, commandId: 'last' };
    await here.tell(last);
    await eventually(() => expect(heard.at(-1)).toEqual(last));
    expect(heard).toEqual([grown, further, grown, further, last]);
  });

  it('gathers the devices that are heard of into one message, which names each once', async () => {
    const messages: string[] = [];
    admin.on('message', (_channel, message) => messages.push(message));
    await admin.subscribe(channel);
    const beats = ['device-a', 'device-b', 'device-c'].map((deviceId): LiveSignal => ({ ...beat, deviceId }));
    await Promise.all([...beats, ...beats, ...beats].map((signal) => here.tell(signal)));
    await eventually(() => expect([heard, messages]).toEqual([beats, [expect.anything()]]));
    // One that was told later is in a later message.
    await here.tell(beat);
    await eventually(() => expect([heard.slice(3), messages.length]).toEqual([[beat], 2]));
  });

  it('lets nothing else wait for the devices that are heard of', async () => {
    const told = here.tell(beat);
    await here.tell(grown);
    await eventually(() => expect(heard).toEqual([grown]));
    await told;
    await eventually(() => expect(heard).toEqual([grown, beat]));
  });

  it('sends an equal one anew when the others have arrived', async () => {
    await Promise.all([here.tell(grown), here.tell(grown)]);
    await here.tell(grown);
    await eventually(() => expect(heard).toHaveLength(3));
  });

  it('does not hear what is no signal, or none of this version', async () => {
    const sent = [
      '',
      '|',
      'x',
      'x|',
      'x|{',
      'x|null',
      'x|"activity"',
      'x|{"kind":"activity","customerId":"customer-a"}',
      'x|["activity"]',
      'x|["activity",7]',
      'x|["activity","customer-a","more"]',
      'x|["beat","customer-a"]',
      'x|["beat","customer-a",{}]',
      'x|["progress","customer-a","device-a",7,"command-a"]',
      'x|["progress","customer-a","device-a",null]',
      'x|["something new","customer-a"]',
      `x|${'['.repeat(100_000)}`,
    ];
    for (const message of sent) await admin.publish(channel, message);
    await admin.publish(channel, 'x|["something new"]\n["activity","customer-a"]\n');
    await eventually(() => expect(heard).toEqual([grown]));
  });

  it('neither waits nor rejects while its Redis is away, and goes on when it is back', async () => {
    const near: LiveSignal[] = [];
    here.listen({ customerId }, (signal) => near.push(signal));
    await server.kill();
    await eventually(async () => {
      const begin = performance.now();
      await here.tell(grown);
      expect(performance.now() - begin).toBeLessThan(50);
    });
    expect(near.length).toBeGreaterThan(0);
    heard.length = 0;
    await server.start();
    await eventually(
      async () => {
        await here.tell(grown);
        expect(heard.length).toBeGreaterThan(0);
      },
      { withinMs: 20_000, everyMs: 50 },
    );
  }, 60_000);

  it('gives up within seconds when its Redis is there and silent', async () => {
    server.pause();
    const begin = performance.now();
    await Promise.all([here.tell(grown), here.tell(grown)]);
    // One that is on its way, and the one after it.
    expect(performance.now() - begin).toBeLessThan(3_000);
    server.resume();
  });
});

it('says that the dispatch store is away to whoever asks which connection counts', async () => {
  const server = await startRedisServer();
  const redis = await RedisClient.open({ url: server.url });
  const connections = new RedisDeviceConnections(redis, keys);
  await connections.open('device-a', 'first');
  await server.kill();
  const away = { code: 'dependency_unavailable' };
  await expect(connections.open('device-a', 'second')).rejects.toMatchObject(away);
  await expect(connections.keep('device-a', 'first')).rejects.toMatchObject(away);
  await expect(connections.close('device-a', 'first')).rejects.toMatchObject(away);
  await server.start();
  // It has forgotten, and the next keep makes up for it.
  await eventually(() => connections.keep('device-a', 'first'), soon);
  expect(await connections.keep('device-a', 'second')).toBe(false);
  redis.close();
  await server.remove();
}, 60_000);
