import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
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
import { liveDevice, watcher } from './live-client.js';

const deviceCount = 500;
const portalCount = 50;
const proposeEveryMs = 50;
/** From the end of one connection to the welcome of the next. */
const backWithinMs = 30_000;

let database: TestDatabase;
let redis: RedisServer;
let dataDir: string;
let gateways: GatewayProcess[];
let env: Readonly<Record<string, string>>;
let balancer: Balancer;
let admin: ApiClient;

beforeAll(async () => {
  [database, redis, dataDir] = await Promise.all([
    createTestDatabase(),
    startRedisServer(),
    mkdtemp(join(tmpdir(), 'fieldgate-rolling-')),
  ]);
  env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    RATE_DEVICE_PER_MINUTE: '100000',
    RATE_USER_PER_MINUTE: '100000',
    LOG_REQUESTS: 'errors',
    // Long enough for the balancer to notice.
    SHUTDOWN_NOTICE_MS: '500',
  };
  const first = await startGatewayProcess({ env, dataDir });
  gateways = [first, await startGatewayProcess({ env, dataDir })];
  balancer = await startBalancer(gateways.map(({ url }) => url));
  admin = (await signIn(first.url)).at(balancer.url);
}, 60_000);

afterAll(async () => {
  await balancer.close();
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await Promise.all([database.drop(), redis.remove(), rm(dataDir, { recursive: true, force: true })]);
});

/** A new process in the place of one that is told to stop. */
async function restart(index: number): Promise<void> {
  const old = gateways[index];
  if (old === undefined) throw new Error('there is no such instance');
  expect(await old.stop()).toBe(0);
  gateways[index] = await startGatewayProcess({ env, dataDir, port: Number(new URL(old.url).port) });
}

/** Asks until it was answered, under one key: a lost answer costs a repetition. */
async function proposeOnce(deviceId: string): Promise<string> {
  const body = { type: 'system_info', parameters: {} };
  const keyed = admin.with({ 'idempotency-key': randomUUID() });
  for (;;) {
    const answer = await keyed
      .post<{ id: string }>(`/api/v1/customer/devices/${deviceId}/commands`, body)
      .catch(() => null);
    if (answer?.status === 201) return answer.body.id;
    if (answer !== null && answer.status < 500 && answer.status !== 409)
      throw new Error(JSON.stringify(answer.body));
    await sleep(100);
  }
}

const head = async (): Promise<number> =>
  (await admin.get<{ entries: number }>('/api/v1/customer/activity/verify')).body.entries;

describe('a rolling restart of two instances under load', () => {
  it('loses no event and no command, and everybody is back within half a minute', async () => {
    const begun = new Map<string, number>();
    const url = balancer.url.replace('http', 'ws');
    const devices: { readonly id: string; readonly live: LiveClient }[] = [];
    for (let from = 0; from < deviceCount; from += 20) {
      const made = await Promise.all(Array.from({ length: 20 }, () => newDevice(admin)));
      for (const { id, api } of made) devices.push({ id, live: liveDevice(url, api.headers, id, begun) });
    }
    const start = await head();
    const portals = Array.from({ length: portalCount }, () => watcher(url, admin.headers, start));
    const clients = [...devices.map(({ live }) => live), ...portals.map(({ client }) => client)];
    const lives = clients.map((client) => client.live());

    const proposed: string[] = [];
    let isRolling = true;
    const load = (async () => {
      const under: Promise<void>[] = [];
      for (let turn = 0; isRolling; turn += 1) {
        const { id = '' } = devices[(turn * 7) % devices.length] ?? {};
        under.push(proposeOnce(id).then((command) => void proposed.push(command)));
        await sleep(proposeEveryMs);
      }
      await Promise.all(under);
    })();
    await eventually(() => begun.size > 20);
    await restart(0);
    await restart(1);
    await sleep(1_000);
    isRolling = false;
    await load;

    await eventually(() => begun.size >= proposed.length, { withinMs: 60_000 });
    const end = await eventually(
      async () => {
        const { body } = await admin.get<{ items: unknown[] }>('/api/v1/customer/commands?state=claimed');
        expect(body.items).toEqual([]);
        return head();
      },
      { withinMs: 30_000, everyMs: 250 },
    );
    await eventually(() => portals.every(({ seen }) => (seen.at(-1) ?? 0) >= end), { withinMs: 30_000 });
    for (const client of clients) client.stop();
    await Promise.all(lives);

    expect(proposed.length).toBeGreaterThan(40);
    expect([...begun.keys()].sort()).toEqual([...proposed].sort());
    expect([...begun.values()].filter((times) => times !== 1)).toEqual([]);
    const everything = Array.from({ length: end - start }, (_, n) => start + 1 + n);
    for (const portal of portals) {
      expect(portal.misfits).toEqual([]);
      expect(portal.seen).toEqual(everything);
    }
    const outages = clients.flatMap(({ outages: some }) => some).sort((one, other) => one - other);
    expect(outages.length).toBeGreaterThanOrEqual(clients.length);
    expect(outages[Math.floor(outages.length * 0.99)]).toBeLessThan(backWithinMs);
    const codes = new Set(clients.flatMap(({ codes: some }) => some));
    // 1006: the balancer had chosen an instance that was just leaving.
    expect([...codes].filter((code) => ![1000, 1001, 1005, 1006].includes(code))).toEqual([]);
  }, 240_000);
});
