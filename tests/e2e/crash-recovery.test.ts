import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { ApiClient, TestDevice } from '../support/api-client.js';
import { claim, newDevice, propose, signIn, signInDevice, stateOf } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { startGatewayProcess } from '../support/gateway-process.js';
import type { TestDatabase } from '../support/postgres.js';
import { createTestDatabase } from '../support/postgres.js';
import type { RedisServer } from '../support/redis-server.js';
import { startRedisServer } from '../support/redis-server.js';

const crashing = join(import.meta.dirname, '..', 'support', 'crashing-gateway.mjs');

/** One gateway that lives, and others beside it that die at an exact point: nothing needs a restart. */
describe('what a crash leaves behind is repaired by whoever lives', () => {
  let database: TestDatabase;
  let redis: RedisServer;
  let living: GatewayProcess;
  let admin: ApiClient;
  let env: Record<string, string>;

  beforeAll(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startRedisServer()]);
    env = { DATABASE_URL: database.url, REDIS_URL: redis.url };
    living = await startGatewayProcess({ env });
    admin = await signIn(living.url);
  });

  afterAll(async () => {
    await living.stop();
    await Promise.all([database.drop(), redis.remove()]);
  });

  /** A gateway on the same stores and with the same keys that dies at `point`, and what it was asked last. */
  async function dieAt(point: string, request: (url: string) => Promise<unknown>): Promise<void> {
    const doomed = await startGatewayProcess({ env, dataDir: living.dataDir, program: [crashing, point] });
    await expect(request(doomed.url)).rejects.toThrow();
    expect(await doomed.ended).toBe('SIGKILL');
  }

  async function claimsSoon(device: TestDevice): Promise<string> {
    const [command] = await claim(device.api, { waitMs: 10_000 });
    if (command === undefined) throw new Error('nothing came');
    return command.id;
  }

  it('offers a command whose proposer died after the commit and before the offer', async () => {
    const device = await newDevice(admin);
    await dieAt('before-offer', (url) => propose(admin.at(url), device.id));
    const { body } = await admin.get<{ items: { id: string; state: string }[] }>(
      `/api/v1/customer/commands?deviceId=${device.id}`,
    );
    expect(body.items.map(({ state }) => state)).toEqual(['queued']);
    expect(await claimsSoon(device)).toBe(body.items[0]?.id);
  });

  it('offers again what a claimer took and never confirmed', async () => {
    const device = await newDevice(admin);
    const id = await propose(admin, device.id);
    await dieAt('before-confirm', (url) => claim(device.api.at(url)));
    expect(await stateOf(admin, id)).toBe('queued');
    expect(await claimsSoon(device)).toBe(id);
  });

  it('drops what was finished when its gateway died before it could, and repeats the first answer', async () => {
    const device = await newDevice(admin);
    const id = await propose(admin, device.id);
    const path = `/api/v1/device/commands/${id}/result`;
    let result: object | null = null;
    // Claimed when the doomed gateway is there already: its start may take longer than the lease.
    await dieAt('before-drop', async (url) => {
      const [command] = await claim(device.api, { visibilityTimeoutMs: 10_000 });
      result = { claimToken: command?.claimToken, status: 'succeeded', output: 'done' };
      return device.api.at(url).post(path, result);
    });

    expect(await stateOf(admin, id)).toBe('succeeded');
    const repeated = await device.api.post(path, result);
    expect(repeated).toMatchObject({ status: 200, body: { state: 'succeeded', late: false } });
    expect(await claim(device.api)).toEqual([]);
    await nothingIsLeftOf(id);
  });

  it('rebuilds a wiped Redis: nothing that was answered with 2xx is lost', async () => {
    const device = await newDevice(admin);
    const waiting = [await propose(admin, device.id), await propose(admin, device.id)];
    const held = await claim(device.api, { attemptId: 'before-the-flood', visibilityTimeoutMs: 600_000 });
    await flush();

    const again = await signInDevice(living.url, device.id, device.secret);
    // The very first answer is right: it waits until the store is whole again.
    const replayed = await claim(again, { attemptId: 'before-the-flood' });
    expect(replayed.map(({ claimToken }) => claimToken)).toEqual(held.map(({ claimToken }) => claimToken));
    const rest = await claim(again, { limit: 10, waitMs: 10_000 });
    expect([...held, ...rest].map(({ id }) => id)).toEqual(waiting);
  });

  it('does not hand out what was cancelled, though Redis still offers it', async () => {
    const device = await newDevice(admin);
    const id = await propose(admin, device.id, { priority: 10 });
    const offered = await dumpOf(id);
    expect(offered.length).toBeGreaterThan(0);
    expect((await admin.post(`/api/v1/customer/commands/${id}/cancel`)).status).toBe(200);
    await restore(offered);

    const next = await propose(admin, device.id);
    expect((await claim(device.api, { limit: 10 })).map((command) => command.id)).toEqual([next]);
    expect(await stateOf(admin, id)).toBe('cancelled');
    await nothingIsLeftOf(id);
  });

  async function flush(): Promise<void> {
    await withRedis((client) => client.flushall());
  }

  async function withRedis<Result>(work: (client: Redis) => Promise<Result>): Promise<Result> {
    const client = new Redis(redis.url);
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  }

  /** Every key that knows the command, as Redis would save it. */
  function dumpOf(id: string): Promise<{ key: string; dump: Buffer }[]> {
    return withRedis(async (client) => {
      const found: { key: string; dump: Buffer }[] = [];
      for (const key of await client.keys('*')) {
        const dump = await client.dumpBuffer(key);
        if (dump !== null && (await mentions(client, key, id))) found.push({ key, dump });
      }
      return found;
    });
  }

  async function mentions(client: Redis, key: string, id: string): Promise<boolean> {
    const type = await client.type(key);
    if (type === 'zset') return (await client.zrange(key, '0', '-1')).some((member) => member.includes(id));
    if (type === 'hash') return JSON.stringify(await client.hgetall(key)).includes(id);
    return type === 'string' && ((await client.get(key)) ?? '').includes(id);
  }

  /** A Redis that failed over to a replica with an older state. */
  async function restore(entries: readonly { key: string; dump: Buffer }[]): Promise<void> {
    await withRedis(async (client) => {
      for (const { key, dump } of entries) await client.call('RESTORE', key, '0', dump, 'REPLACE');
    });
  }

  async function nothingIsLeftOf(id: string): Promise<void> {
    await eventually(
      async () => {
        expect((await dumpOf(id)).map(({ key }) => key)).toEqual([]);
      },
      { withinMs: 10_000, everyMs: 200 },
    );
  }
});
