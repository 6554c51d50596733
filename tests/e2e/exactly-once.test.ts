import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient, ClaimedJson, TestDevice } from '../support/api-client.js';
import { claim, newDevice, propose, signIn, stateOf } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { startGatewayProcess } from '../support/gateway-process.js';
import type { TestDatabase } from '../support/postgres.js';
import { createTestDatabase } from '../support/postgres.js';
import type { RedisServer } from '../support/redis-server.js';
import { startRedisServer } from '../support/redis-server.js';

describe('two gateways on one Redis and one Postgres', () => {
  let database: TestDatabase;
  let redis: RedisServer;
  let first: GatewayProcess;
  let second: GatewayProcess;
  let admin: ApiClient;

  beforeAll(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startRedisServer()]);
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      RATE_DEVICE_PER_MINUTE: '100000',
      RATE_USER_PER_MINUTE: '100000',
    };
    first = await startGatewayProcess({ env });
    second = await startGatewayProcess({ env, dataDir: first.dataDir });
    admin = await signIn(first.url);
  });

  afterAll(async () => {
    await Promise.all([first.stop(), second.stop()]);
    await Promise.all([database.drop(), redis.remove()]);
  });

  const result = (device: ApiClient, { id, claimToken }: ClaimedJson, output = 'done') =>
    device.post(`/api/v1/device/commands/${id}/result`, { claimToken, status: 'succeeded', output });

  it('hand each of 200 commands to exactly one of 20 claimers', async () => {
    const device = await newDevice(admin);
    const proposed = await Promise.all(Array.from({ length: 200 }, () => propose(admin, device.id)));
    const claimers = Array.from({ length: 20 }, (_, n) =>
      device.api.at(n % 2 === 0 ? first.url : second.url),
    );
    const got = await Promise.all(
      claimers.map(async (claimer) => {
        const mine: ClaimedJson[] = [];
        for (;;) {
          const commands = await claim(claimer, { limit: 3 });
          if (commands.length === 0) return mine;
          await Promise.all(commands.map((command) => result(claimer, command)));
          mine.push(...commands);
        }
      }),
    );
    const claimed = got.flat();
    expect(claimed.map(({ attempt }) => attempt)).toEqual(claimed.map(() => 1));
    expect(claimed.map(({ id }) => id).sort()).toEqual([...proposed].sort());
  });

  it('keep priority, then the order of acceptance', async () => {
    const device = await newDevice(admin);
    const low = await propose(admin, device.id, { priority: -5 });
    const ordinary = [await propose(admin, device.id), await propose(admin.at(second.url), device.id)];
    const urgent = await propose(admin, device.id, { priority: 100 });
    const commands = await claim(device.api.at(second.url), { limit: 10 });
    expect(commands.map(({ id }) => id)).toEqual([urgent, ...ordinary, low]);
  });

  it('wake a poll that is parked at the other instance', async () => {
    const device = await newDevice(admin);
    const parked = claim(device.api.at(second.url), { waitMs: 20_000 });
    const id = await propose(admin, device.id);
    expect((await parked).map((command) => command.id)).toEqual([id]);
  });

  it('replay a claim at whichever instance it is repeated, and count it once', async () => {
    const device = await newDevice(admin);
    await propose(admin, device.id);
    const attempt = { attemptId: 'try-1', limit: 5 };
    const answers = [await claim(device.api, attempt), await claim(device.api.at(second.url), attempt)];
    expect(answers[1]?.map(({ claimToken }) => claimToken)).toEqual(
      answers[0]?.map(({ claimToken }) => claimToken),
    );
    expect(answers[1]?.map(({ attempt: number }) => number)).toEqual([1]);
  });

  it('let a lapsed claim be taken again, and refuse what the superseded one says', async () => {
    const { device, stale, fresh } = await lapsedAndClaimedAnew();
    expect(fresh.attempt).toBe(2);
    expect(await result(device.api, stale, 'too late')).toMatchObject({
      status: 409,
      body: { code: 'claim_superseded' },
    });
    expect(await result(device.api, fresh)).toMatchObject({
      status: 200,
      body: { state: 'succeeded', late: false },
    });
    const { body } = await admin.get(`/api/v1/customer/commands/${fresh.id}`);
    expect(body).toMatchObject({ state: 'succeeded', evidence: [{ attempt: 1, output: 'too late' }] });
  });

  it('accept a late result that nobody superseded, and repeat its answer', async () => {
    const device = await newDevice(admin);
    const id = await propose(admin, device.id);
    const [command] = await claim(device.api, { visibilityTimeoutMs: 1_000 });
    if (command === undefined) throw new Error('nothing came');
    await eventually(async () => expect(await stateOf(admin, id)).toBe('queued'), {
      withinMs: 15_000,
      everyMs: 100,
    });
    expect(await result(device.api, command)).toMatchObject({
      status: 200,
      body: { state: 'succeeded', late: true },
    });
    const other = await result(device.api.at(second.url), command);
    expect(other).toMatchObject({ status: 200, body: { state: 'succeeded', late: true } });
    expect(await result(device.api, command, 'something else')).toMatchObject({
      status: 409,
      body: { code: 'result_conflict' },
    });
  });

  it('answer proposals while Redis is away, and hand them out when it is back', async () => {
    const device = await newDevice(admin);
    redis.pause();
    let id: string;
    try {
      id = await propose(admin, device.id);
      const poll = await device.api.post('/api/v1/device/commands/claim', {});
      expect(poll).toMatchObject({ status: 503, body: { code: 'dependency_unavailable' } });
      expect(poll.headers.get('retry-after')).not.toBeNull();
    } finally {
      redis.resume();
    }
    await eventually(
      async () => {
        expect((await claim(device.api, { waitMs: 1_000 })).map((command) => command.id)).toEqual([id]);
      },
      { withinMs: 15_000, everyMs: 100 },
    );
  });

  async function lapsedAndClaimedAnew(): Promise<{
    device: TestDevice;
    stale: ClaimedJson;
    fresh: ClaimedJson;
  }> {
    const device = await newDevice(admin);
    await propose(admin, device.id);
    const [stale] = await claim(device.api, { visibilityTimeoutMs: 1_000 });
    const [fresh] = await claim(device.api.at(second.url), { waitMs: 10_000 });
    if (stale === undefined || fresh === undefined) throw new Error('nothing came');
    return { device, stale, fresh };
  }
});
