import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../support/api-client.js';
import { newDevice, signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { GatewayProcess } from '../../support/gateway-process.js';
import { startGatewayProcess } from '../../support/gateway-process.js';
import type { TestDatabase } from '../../support/postgres.js';
import { createTestDatabase } from '../../support/postgres.js';
import type { RedisServer } from '../../support/redis-server.js';
import { startRedisServer } from '../../support/redis-server.js';
import type { Balancer } from './balancer.js';
import { startBalancer } from './balancer.js';
import type { LiveClient } from './live-client.js';
import { liveDevice } from './live-client.js';

const deviceCount = 60;
const kills = 3;
const proposeEveryMs = 20;

interface CommandJson {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
}

let database: TestDatabase;
let redis: RedisServer;
let dataDir: string;
let gateways: GatewayProcess[];
let env: Readonly<Record<string, string>>;
let balancer: Balancer;
/** At the instance that is never killed: what is lost of its answers says nothing about the push. */
let admin: ApiClient;

beforeAll(async () => {
  [database, redis, dataDir] = await Promise.all([
    createTestDatabase(),
    startRedisServer(),
    mkdtemp(join(tmpdir(), 'fieldgate-killed-')),
  ]);
  env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    RATE_DEVICE_PER_MINUTE: '100000',
    RATE_USER_PER_MINUTE: '100000',
    LOG_REQUESTS: 'errors',
  };
  const first = await startGatewayProcess({ env, dataDir });
  gateways = [first, await startGatewayProcess({ env, dataDir })];
  balancer = await startBalancer(gateways.map(({ url }) => url));
  admin = await signIn(first.url);
}, 60_000);

afterAll(async () => {
  await balancer.close();
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await Promise.all([database.drop(), redis.remove(), rm(dataDir, { recursive: true, force: true })]);
});

async function killAndStart(): Promise<void> {
  const [, old] = gateways;
  if (old === undefined) throw new Error('there is no such instance');
  await old.kill();
  gateways[1] = await startGatewayProcess({ env, dataDir, port: Number(new URL(old.url).port) });
}

async function allCommands(): Promise<readonly CommandJson[]> {
  const commands: CommandJson[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: readonly CommandJson[]; nextCursor: string | null } = (
      await admin.get<{ items: readonly CommandJson[]; nextCursor: string | null }>(
        `/api/v1/customer/commands?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
      )
    ).body;
    commands.push(...page.items);
    cursor = page.nextCursor;
  }
  return commands;
}

describe('an instance that is killed again and again while it pushes', () => {
  it('loses no command, and costs none an attempt', async () => {
    const begun = new Map<string, number>();
    const url = balancer.url.replace('http', 'ws');
    const devices: { readonly id: string; readonly live: LiveClient }[] = [];
    for (let from = 0; from < deviceCount; from += 20) {
      const made = await Promise.all(Array.from({ length: 20 }, () => newDevice(admin)));
      for (const { id, api } of made) devices.push({ id, live: liveDevice(url, api.headers, id, begun) });
    }
    const lives = devices.map(({ live }) => live.live());

    let isUnderWay = true;
    const load = (async () => {
      for (let turn = 0; isUnderWay; turn += 1) {
        const { id = '' } = devices[(turn * 7) % devices.length] ?? {};
        const body = { type: 'system_info', parameters: {} };
        expect((await admin.post(`/api/v1/customer/devices/${id}/commands`, body)).status).toBe(201);
        await sleep(proposeEveryMs);
      }
    })();
    for (let n = 0; n < kills; n += 1) {
      const before = begun.size;
      await eventually(() => begun.size > before + 20, { withinMs: 30_000 });
      await killAndStart();
    }
    isUnderWay = false;
    await load;

    const commands = await eventually(
      async () => {
        const all = await allCommands();
        expect(all.filter(({ state }) => state !== 'succeeded')).toEqual([]);
        return all;
      },
      { withinMs: 30_000, everyMs: 500 },
    );
    for (const { live } of devices) live.stop();
    await Promise.all(lives);
    expect(commands.length).toBeGreaterThan(60);
    expect([...begun.keys()].sort()).toEqual(commands.map(({ id }) => id).sort());
    expect([...begun.values()].filter((times) => times !== 1)).toEqual([]);
    expect(commands.filter(({ attempt }) => attempt !== 1)).toEqual([]);
  }, 180_000);
});
