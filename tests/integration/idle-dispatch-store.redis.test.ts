import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import pg from 'pg';
import { DecideCommand } from '../../src/application/approval/decide-command.js';
import { AddMember } from '../../src/application/customer/add-member.js';
import { use } from '../../src/composition/provide.js';
import { DEVICE_CONNECTIONS } from '../../src/composition/tokens.js';
import type { ApiClient, ClaimedJson, TestDevice } from '../support/api-client.js';
import { claim, newDevice, propose, signIn } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { OpenedGateway } from '../support/http/open-gateway.js';
import { openGateway } from '../support/http/open-gateway.js';
import type { RedisServer } from '../support/redis-server.js';
import { startRedisServer } from '../support/redis-server.js';
import { believeSignIns, signedIn } from '../support/signed-in.js';

const devicePath = '/api/v1/device';
const customerPath = '/api/v1/customer';
const change = { type: 'restart_service', parameters: { service: 'kiosk' } };

/** The rows of the documentation's table: which keys may be left, for how long, and how many of them stay for good. */
const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const documented = [...page.matchAll(/^\| `fg:([^`]+)` +\| (\d+) +\| (\d+ \w+|for good) +\|/gm)].map(
  ([, pattern = '', stay = '', life = '']) => ({
    pattern: new RegExp(`^fg:${pattern.replace(/[{}]/g, '\\$&').replace(/<\w+>/g, '.+')}$`),
    stay: Number(stay),
    lifeMs: life === 'for good' ? null : msOf(life),
  }),
);

function msOf(life: string): number {
  const [count = '0', unit = ''] = life.split(' ');
  const units: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
  return Number(count) * (units[unit] ?? Number.NaN);
}

describe('a dispatch store in Redis, when everything has ended', () => {
  let redis: RedisServer;
  let opened: OpenedGateway;
  let owner: pg.Client;
  let store: Redis;
  let admin: ApiClient;
  let approver: { readonly id: string; readonly customerId: string };

  beforeAll(async () => {
    redis = await startRedisServer();
    opened = await openGateway({
      override: believeSignIns,
      environment: {
        REDIS_URL: redis.url,
        RATE_SIGN_IN_PER_ADDRESS: '10000',
        RATE_DEVICE_PER_MINUTE: '10000',
      },
    });
    owner = new pg.Client({ connectionString: opened.config.DATABASE_URL });
    await owner.connect();
    store = new Redis(redis.url);
    admin = await signIn(opened.url);
    approver = await addApprover();
  });
  afterAll(async () => {
    store.disconnect();
    await owner.end();
    await opened.close();
    await redis.remove();
  });

  async function addApprover() {
    const { body } = await admin.get<{ customerId: string }>(`${customerPath}/me`);
    const { customerId } = body;
    const id = randomUUID();
    await use(opened.container, AddMember).execute({
      member: { userId: id, name: 'Approver', customerId, role: 'approver' },
      cause: { actor: { kind: 'cli', id: 'cli' }, requestId: null },
    });
    return { id, customerId };
  }

  async function decide(commandId: string, approved: boolean): Promise<void> {
    const { body } = await admin.get<{ approval: { digest: string } }>(
      `${customerPath}/commands/${commandId}`,
    );
    const principal = {
      kind: 'member',
      name: 'Approver',
      role: 'approver',
      aal: 'aal2',
      // Whatever the test does to the clock.
      secondFactorAt: new Date('2100-01-01T00:00:00.000Z'),
      ...approver,
    } as const;
    await use(opened.container, DecideCommand).execute({
      caller: { principal, requestId: 'test', signIn: signedIn(approver.id) },
      commandId,
      approved,
      digest: body.approval.digest,
      reason: null,
    });
  }

  const write = (device: TestDevice, { id, claimToken }: ClaimedJson, verb: string, body: object) =>
    device.api.post(`${devicePath}/commands/${id}/${verb}`, { claimToken, ...body });

  async function one(device: TestDevice, id: string, body: object = {}): Promise<ClaimedJson> {
    const [command] = await claim(device.api, body);
    if (command?.id !== id) throw new Error(`claimed ${String(command?.id)} instead of ${id}`);
    return command;
  }

  /** Every way to an end that a command has, on a device of its own; some are left to time. */
  const endings: Readonly<Record<string, (device: TestDevice) => Promise<unknown>>> = {
    'succeeded, failed and stopped': async (device) => {
      for (const status of ['succeeded', 'failed', 'timed_out', 'refused', 'cancelled']) {
        const command = await one(device, await propose(admin, device.id), { attemptId: status });
        await write(device, command, 'extend', { extensionMs: 60_000 });
        await write(device, command, 'progress', { percent: 50 });
        await write(device, command, 'result', { status });
      }
    },
    'cancelled before it began': async (device) => {
      await admin.post(`${customerPath}/commands/${await propose(admin, device.id)}/cancel`);
    },
    'cancelled in flight': async (device) => {
      const command = await one(device, await propose(admin, device.id));
      await admin.post(`${customerPath}/commands/${command.id}/cancel`);
      await write(device, command, 'result', { status: 'cancelled' });
    },
    'cancelled in flight, and silent': async (device) => {
      const command = await one(device, await propose(admin, device.id), { visibilityTimeoutMs: 1_000 });
      await admin.post(`${customerPath}/commands/${command.id}/cancel`);
    },
    'released with a delay': async (device) => {
      const command = await one(device, await propose(admin, device.id));
      await write(device, command, 'release', { delayMs: 600_000 });
    },
    'not started in time': (device) => propose(admin, device.id, { expiresInMs: 60_000 }),
    'not to be started yet': (device) =>
      propose(admin, device.id, { notBefore: new Date(Date.now() + 600_000).toISOString() }),
    'dead at once': async (device) => {
      await one(device, await propose(admin, device.id, { maxAttempts: 1 }), { visibilityTimeoutMs: 1_000 });
    },
    'dead by a release, and redriven': async (device) => {
      const command = await one(device, await propose(admin, device.id, { maxAttempts: 1 }));
      expect((await write(device, command, 'release', {})).body).toEqual({ state: 'dead' });
      const redriven = await admin.post<{ id: string }>(`${customerPath}/commands/${command.id}/redrive`);
      await write(device, await one(device, redriven.body.id), 'result', { status: 'succeeded' });
    },
    rejected: async (device) => decide(await propose(admin, device.id, change), false),
    'nobody decided': (device) => propose(admin, device.id, change),
    approved: async (device) => {
      const id = await propose(admin, device.id, change);
      await decide(id, true);
      await write(device, await one(device, id), 'result', { status: 'succeeded' });
    },
    'superseded by its key, and in a lane': async (device) => {
      await propose(admin, device.id, { dedupeKey: 'tidy', lane: 'disk' });
      const newer = await propose(admin, device.id, { dedupeKey: 'tidy', lane: 'disk' });
      const behind = await propose(admin, device.id, { lane: 'disk' });
      for (const id of [newer, behind])
        await write(device, await one(device, id), 'result', { status: 'failed' });
    },
    'the device is retired': async (device) => {
      const running = await propose(admin, device.id);
      await one(device, running);
      await propose(admin, device.id);
      await admin.post(`${customerPath}/devices/${device.id}/retire`);
    },
    'its queue is paused': async (device) => {
      await admin.post(`${customerPath}/devices/${device.id}/queue/pause`);
      await propose(admin, device.id);
    },
  };

  async function settleUnknown(): Promise<void> {
    const device = await newDevice(admin);
    const id = await propose(admin, device.id, { type: 'run_script', parameters: { script: 'tidy' } });
    await decide(id, true);
    await one(device, id, { visibilityTimeoutMs: 1_000 });
    const settle = () =>
      admin.post(`${customerPath}/commands/${id}/settle`, { status: 'failed', reason: 'It was off.' });
    await eventually(async () => expect((await settle()).status).toBe(200), { withinMs: 20_000 });
  }

  async function leftOver(): Promise<readonly { readonly key: string; readonly lifeMs: number }[]> {
    const keys = await store.keys('*');
    const lives = await Promise.all(keys.map((key) => store.pttl(key)));
    return keys
      .map((key, index) => ({ key, lifeMs: lives[index] ?? -2 }))
      .filter(({ lifeMs }) => lifeMs !== -2);
  }

  it('holds nothing of any command, and what else is left is known and ends by itself', async () => {
    for (const end of Object.values(endings)) {
      for (let n = 0; n < 3; n += 1) {
        const device = await newDevice(admin);
        await device.api.post(`${devicePath}/heartbeat`, { status: 'ok' });
        await use(opened.container, DEVICE_CONNECTIONS).open(device.id, randomUUID());
        await end(device);
      }
    }
    await settleUnknown();
    // Hours later, by the clock that decides.
    await owner.query(
      `create or replace function fieldgate.clock_now() returns timestamptz language sql stable parallel safe
       return pg_catalog.date_trunc('milliseconds', pg_catalog.now() + interval '15 days')`,
    );
    const soon = { withinMs: 30_000, everyMs: 100 };
    await eventually(async () => {
      const { rows } = await owner.query<{ open: number }>(
        'select count(*)::int as open from fieldgate.commands where finished_at is null',
      );
      expect(rows).toEqual([{ open: 0 }]);
      const keys = (await leftOver()).map(({ key }) => key);
      expect(keys.filter((key) => /:(ready|held|delayed|ranks|holders|attempts|due)(:|$)/.test(key))).toEqual(
        [],
      );
    }, soon);

    const left = await leftOver();
    for (const { key, lifeMs } of left) {
      const kind = documented.find(({ pattern }) => pattern.test(key));
      if (kind === undefined) throw new Error(`nobody has documented ${key}`);
      if (kind.lifeMs === null) expect([key, lifeMs]).toEqual([key, -1]);
      else {
        expect([key, lifeMs > 0]).toEqual([key, true]);
        expect([key, lifeMs <= kind.lifeMs]).toEqual([key, true]);
      }
    }
    expect(left.some(({ lifeMs }) => lifeMs > 0)).toBe(true);

    // What ends by itself has ended, and the gateway goes on doing what it does by itself.
    await Promise.all(left.filter(({ lifeMs }) => lifeMs > 0).map(({ key }) => store.pexpire(key, 0)));
    const staying = documented.reduce((sum, { stay }) => sum + stay, 0);
    expect(staying).toBe(64);
    expect(await store.dbsize()).toBe(staying);
    const commandsRun = async () =>
      Number(/total_commands_processed:(\d+)/.exec(await store.info('stats'))?.[1]);
    const before = await commandsRun();
    await eventually(async () => expect(await commandsRun()).toBeGreaterThan(before + 200), soon);
    expect(await store.dbsize()).toBe(staying);
  }, 180_000);
});
