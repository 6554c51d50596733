import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newGrantSigningKey } from '../../src/infrastructure/signing/grant-key.js';
import { openAlteringProxy } from '../support/altering-proxy.js';
import type { AlteringProxy } from '../support/altering-proxy.js';
import type { ApiClient, TestDevice } from '../support/api-client.js';
import {
  ApiClient as Client,
  claim,
  newDevice,
  propose,
  signIn,
  signInDevice,
  stateOf,
} from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { builtFolder, freePort, runCli, startGatewayProcess } from '../support/gateway-process.js';
import type { TestDatabase } from '../support/postgres.js';
import { createTestDatabase } from '../support/postgres.js';
import type { RedisServer } from '../support/redis-server.js';
import { startRedisServer } from '../support/redis-server.js';

const soon = { withinMs: 20_000, everyMs: 100 };

let folder: string;
let database: TestDatabase;
let redis: RedisServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldgate-rotation-'));
  database = await createTestDatabase();
  redis = await startRedisServer();
});

afterAll(async () => {
  await database.drop();
  await redis.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Ids of the keys that a gateway publishes, the one that signs first. */
async function keyIdsOf(url: string): Promise<readonly string[]> {
  const { body } = await new Client(url).get<{ keys: { kid: string }[] }>('/.well-known/fieldgate-keys.json');
  return body.keys.map(({ kid }) => kid);
}

const signedBy = (grant: string): unknown =>
  (JSON.parse(Buffer.from(grant.split('.')[0] ?? '', 'base64url').toString()) as { kid: unknown }).kid;

async function reports(device: ApiClient, id: string, claimToken: string): Promise<unknown> {
  const answer = await device.post(`/api/v1/device/commands/${id}/result`, {
    ...{ claimToken, status: 'succeeded', durationMs: 1 },
  });
  return answer.body['state'];
}

describe('a key that is rotated with the command line, where the gateway keeps it', () => {
  let gateway: GatewayProcess;
  let proxy: AlteringProxy;
  let admin: ApiClient;
  let agent: ChildProcess;
  let port: number;
  let agentLog = '';
  const deviceId = 'rack-1';
  const dataDir = (): string => join(folder, 'gateway');
  const start = () => startGatewayProcess({ port, dataDir: dataDir(), env: { DATABASE_URL: database.url } });
  const rotate = (...more: readonly string[]) =>
    runCli({ DATABASE_URL: database.url, DATA_DIR: dataDir() }, 'keys', 'rotate', ...more);

  beforeAll(async () => {
    port = await freePort();
    gateway = await start();
    proxy = await openAlteringProxy(gateway.url);
    admin = await signIn(gateway.url);
    const provisioned = await admin.post<{ activationCode: string }>('/api/v1/customer/devices/provision', {
      ...{ deviceId, name: 'Rack 1' },
    });
    agent = spawn(
      process.execPath,
      [
        join(builtFolder, 'agent', 'main.js'),
        ...['--url', proxy.url, '--device-id', deviceId, '--data-dir', join(folder, 'agent')],
        ...['--activation-code', provisioned.body.activationCode],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const note = (chunk: Buffer): void => void (agentLog += chunk.toString());
    agent.stdout?.on('data', note);
    agent.stderr?.on('data', note);
  }, 60_000);

  afterAll(async () => {
    agent.kill('SIGKILL');
    await once(agent, 'close');
    await proxy.close();
    await gateway.stop();
  });

  const ends = (id: string, state: string): Promise<void> =>
    eventually(async () => expect(await stateOf(admin, id)).toBe(state), soon);

  it('is followed by a running gateway and an agent that does not register again', async () => {
    await ends(await propose(admin, deviceId), 'succeeded');
    const held = await newDevice(admin);
    const heldId = await propose(admin, held.id);
    const [mine] = await claim(held.api);
    const [former = ''] = await keyIdsOf(gateway.url);

    const { code, answer } = await rotate();
    expect([code, answer]).toEqual([
      0,
      {
        ...{ keyId: expect.any(String), formerKeyId: former, formerUntil: expect.any(String) },
        keptIn: join(dataDir(), 'keys', 'grant-signing-key.json'),
      },
    ]);
    await eventually(async () => {
      expect(await keyIdsOf(gateway.url)).toEqual([answer['keyId'], former]);
    }, soon);
    expect(await reports(held.api, heldId, mine?.claimToken ?? '')).toBe('succeeded');
    const next = await propose(admin, held.id);
    const [claimed] = (await claim(held.api)) as unknown as { id: string; grant: string }[];
    expect([claimed?.id, signedBy(claimed?.grant ?? '')]).toEqual([next, answer['keyId']]);
    await ends(await propose(admin, deviceId), 'succeeded');
  }, 60_000);

  it('is followed over two rotations, a restart, and with an answer that is repeated', async () => {
    const [former = ''] = await keyIdsOf(gateway.url);
    const once = admin.with({ 'idempotency-key': 'before-the-rotation' });
    const body = { name: 'Kept' };
    const first = await once.post('/api/v1/customer/devices/provision', body);
    expect(first.status).toBe(201);
    const held = await newDevice(admin);
    const heldId = await propose(admin, held.id);
    const [mine] = await claim(held.api);
    await gateway.stop();
    await rotate();
    const { answer } = await rotate('--overlap-days', '30');
    gateway = await start();
    admin = await signIn(gateway.url);
    expect((await keyIdsOf(gateway.url))[0]).toBe(answer['keyId']);
    expect(await keyIdsOf(gateway.url)).toContain(former);
    // The tokens of devices were in the memory of the gateway that ended.
    const back = await signInDevice(gateway.url, held.id, held.secret);
    expect(await reports(back, heldId, mine?.claimToken ?? '')).toBe('succeeded');
    const repeated = await (
      await signIn(gateway.url)
    )
      .with({ 'idempotency-key': 'before-the-rotation' })
      .post('/api/v1/customer/devices/provision', body);
    expect([repeated.status, repeated.body]).toEqual([201, first.body]);
    // Its last look for a new key may have been a moment ago; then it gives the command back for half a minute.
    const id = await propose(admin, deviceId);
    await eventually(async () => expect(await stateOf(admin, id)).toBe('succeeded'), {
      ...{ withinMs: 60_000, everyMs: 200 },
    });
    expect(agentLog.match(/registered/g)).toHaveLength(1);
  }, 120_000);

  it('shows the customer what somebody on the way tampered with', async () => {
    proxy.alter = (path, text) =>
      path.endsWith('/commands/claim') ? text.replace('"127.0.0.1"', '"127.0.0.2"') : text;
    const id = await propose(admin, deviceId, {
      type: 'tcp_check',
      parameters: { host: '127.0.0.1', port: 1 },
    });
    await ends(id, 'failed');
    const { body } = await admin.get(`/api/v1/customer/commands/${id}`);
    expect(body).toMatchObject({
      ...{ state: 'failed', reason: 'refused' },
      result: {
        status: 'refused',
        error: {
          code: 'grant_invalid',
          message: expect.stringContaining('not the one that was approved'),
        },
      },
    });
  }, 60_000);

  it('can be revoked before its time, unless it signs', async () => {
    const [signing = '', former = ''] = await keyIdsOf(gateway.url);
    const revoke = (keyId: string) =>
      runCli({ DATABASE_URL: database.url, DATA_DIR: dataDir() }, 'keys', 'revoke', '--key-id', keyId);
    expect(await revoke(former)).toMatchObject({ code: 0, answer: { revoked: former } });
    await eventually(async () => expect(await keyIdsOf(gateway.url)).not.toContain(former), soon);
    expect(await revoke(signing)).toMatchObject({ code: 1, answer: { error: { code: 'failed' } } });
  }, 60_000);
});

describe('a fleet whose key comes from the environment', () => {
  it('changes it gateway by gateway, in two steps, and at each step all understand each other', async () => {
    const start = (ring: string): Promise<GatewayProcess> =>
      startGatewayProcess({
        dataDir: join(folder, 'fleet'),
        env: {
          ...{ DATABASE_URL: database.url, REDIS_URL: redis.url, GRANT_SIGNING_KEY: ring },
        },
      });
    const key = await newGrantSigningKey();
    const { code, answer } = await runCli({ GRANT_SIGNING_KEY: key, DATA_DIR: folder }, 'keys', 'rotate');
    expect(code).toBe(0);
    const [announced, rotated] = [String(answer['firstEverywhere']), String(answer['thenEverywhere'])];

    for (const [one, other] of [
      [key, announced],
      [announced, rotated],
    ] as const) {
      const gateways = await Promise.all([start(one), start(other)]);
      try {
        const [first, second] = gateways;
        const admin = await signIn(first.url);
        const device: TestDevice = await newDevice(admin);
        for (const [here, there] of [
          [first, second],
          [second, first],
        ] as const) {
          const id = await propose(admin.at(here.url), device.id);
          const [claimed] = await claim(device.api.at(here.url), { waitMs: 5_000 });
          expect(await reports(device.api.at(there.url), id, claimed?.claimToken ?? '')).toBe('succeeded');
          const kept = { 'idempotency-key': `${here.url}-${device.id}` };
          const [made, again] = [admin.at(here.url).with(kept), admin.at(there.url).with(kept)];
          const provision = '/api/v1/customer/devices/provision';
          const answered = await made.post(provision, { name: 'Kept' });
          expect((await again.post(provision, { name: 'Kept' })).body).toEqual(answered.body);
        }
      } finally {
        await Promise.all(gateways.map((gateway) => gateway.stop()));
      }
    }
    expect(answer['formerUntil']).toEqual(expect.any(String));
  }, 120_000);
});
