import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { Redis } from 'ioredis';
import { claim, newDevice, propose, signIn } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { builtFolder, startGatewayProcess, testAdmin } from '../support/gateway-process.js';
import type { TestDatabase } from '../support/postgres.js';
import { createTestDatabase } from '../support/postgres.js';
import type { RedisServer } from '../support/redis-server.js';
import { startRedisServer } from '../support/redis-server.js';

describe('a wrong configuration', () => {
  async function start(env: Readonly<Record<string, string>>): Promise<{ code: number; errors: string }> {
    const child = spawn(process.execPath, [join(builtFolder, 'src', 'main.js')], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, errors };
  }

  it('ends with 78 and names every problem at once, without a value', async () => {
    const { code, errors } = await start({
      PORT: 'eighty',
      REDIS_URL: 'http://secret-host:6379',
      SUPABASE_JWT_SECRET: 'a-short-secret',
      SHUTDOWN_GRACE_MS: '-1',
    });
    expect(code).toBe(78);
    for (const name of ['PORT', 'REDIS_URL', 'SUPABASE_JWT_SECRET', 'SHUTDOWN_GRACE_MS']) {
      expect(errors).toContain(name);
    }
    expect(errors).not.toMatch(/secret-host|a-short-secret/);
  });

  it('refuses every embedded part in production, by the name of its variable, whatever else is wrong', async () => {
    const { code, errors } = await start({ NODE_ENV: 'production', PORT: 'abc' });
    expect(code).toBe(78);
    for (const name of ['PORT', 'DATABASE_URL', 'REDIS_URL', 'SUPABASE_URL', 'GRANT_SIGNING_KEY']) {
      expect(errors).toContain(name);
    }
  });

  it.each([
    { DATABASE_URL: 'postgres://' },
    { REDIS_CLUSTER_NODES: 'a b' },
    { TRUST_PROXY: 'proxy.example' },
    { TRUST_PROXY: '10.0.0.0/33' },
    { CORS_ORIGINS: 'portal.example' },
    { GRANT_SIGNING_KEY: 'xx' },
    { BOOTSTRAP_ADMIN_EMAIL: 'nobody' },
    { REDIS_URL: 'redis://a', REDIS_SENTINELS: 'b:26379', REDIS_SENTINEL_NAME: 'main' },
  ])('refuses %j before anything is opened', async (env) => {
    const { code, errors } = await start(env);
    expect([code, errors]).toEqual([78, expect.stringContaining(Object.keys(env)[0] ?? '')]);
  });
});

describe('a gateway in service', () => {
  let database: TestDatabase;
  let redis: RedisServer;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startRedisServer()]);
    gateway = await start();
  });

  afterAll(async () => {
    await gateway.stop();
    await Promise.all([database.drop(), redis.remove()]);
  });

  const start = () => startGatewayProcess({ env: { DATABASE_URL: database.url, REDIS_URL: redis.url } });

  it('carries the request id through answer, log and activity', async () => {
    const admin = (await signIn(gateway.url)).with({ 'x-request-id': 'trace-me:1' });
    const answer = await admin.post('/api/v1/customer/devices/provision', { name: 'Traced' });
    expect(answer.headers.get('x-request-id')).toBe('trace-me:1');
    await eventually(() => expect(gateway.output()).toContain('"requestId":"trace-me:1"'));
    const entries = await query<{ kind: string }>(
      `select kind from fieldgate.activity_entries where request_id = 'trace-me:1'`,
    );
    expect(entries).toEqual([{ kind: 'device.provisioned' }]);
  });

  it('keeps no secret, token or code in the clear, and no content in Redis', async () => {
    const admin = await signIn(gateway.url);
    const provisioned = await admin
      .with({ 'idempotency-key': 'secret-keeping' })
      .post<{ activationCode: string }>('/api/v1/customer/devices/provision', { name: 'Secretive' });
    const device = await newDevice(admin);
    await propose(admin, device.id, {
      type: 'tcp_check',
      parameters: { host: 'canary-host.example', port: 4242 },
    });
    const [command] = await claim(device.api);
    await device.api.post(`/api/v1/device/commands/${command?.id ?? ''}/result`, {
      claimToken: command?.claimToken,
      status: 'succeeded',
      output: 'canary-output',
    });
    const rotated = await device.api.post<{ deviceSecret: string }>('/api/v1/device/secret/rotate');
    const secrets = [
      testAdmin.password,
      provisioned.body.activationCode,
      provisioned.body.activationCode.replaceAll('-', ''),
      device.secret,
      rotated.body.deviceSecret,
      command?.claimToken ?? '',
    ];
    const inPostgres = await dumpPostgres();
    const inRedis = await dumpRedis();
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(8);
      expect(inPostgres).not.toContain(secret);
      expect(inRedis).not.toContain(secret);
      expect(gateway.output()).not.toContain(secret);
    }
    expect(inPostgres).toContain('canary-output');
    for (const content of ['canary-output', 'canary-host', 'tcp_check'])
      expect(inRedis).not.toContain(content);
    expect(inRedis).toContain(device.id);
  });

  it('answers parked polls and ends with 0 on SIGTERM, each stage logged', async () => {
    const stopping = await start();
    const admin = await signIn(stopping.url);
    const device = await newDevice(admin);
    const parked = claim(device.api, { waitMs: 25_000 });
    // A client that sends half a request and then nothing must not keep the process.
    const deaf = await sendHalfARequest(stopping.url);
    const begun = performance.now();
    stopping.signal('SIGTERM');
    expect(await parked).toEqual([]);
    expect(await stopping.ended).toBe(0);
    expect(performance.now() - begun).toBeLessThan(29_000);
    for (const stage of ['http server', 'background loops', 'group commit', 'redis', 'database pool']) {
      expect(stopping.output()).toContain(`"stage":"${stage}"`);
    }
    deaf.destroy();
  }, 60_000);

  it('says for a moment that it is not ready before it stops listening', async () => {
    const stopping = await startGatewayProcess({
      env: { DATABASE_URL: database.url, REDIS_URL: redis.url, SHUTDOWN_NOTICE_MS: '3000' },
    });
    stopping.signal('SIGTERM');
    await eventually(async () => {
      const answer = await fetch(`${stopping.url}/readyz`);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ ready: false, checks: { database: true } });
    });
    expect(await stopping.ended).toBe(0);
  });

  it('leaves at once, with 1, on a second signal', async () => {
    const stopping = await start();
    const deaf = await sendHalfARequest(stopping.url);
    stopping.signal('SIGTERM');
    await eventually(async () => {
      expect(stopping.output()).toContain('"msg":"stopping"');
      return Promise.resolve();
    });
    stopping.signal('SIGTERM');
    expect(await stopping.ended).toBe(1);
    deaf.destroy();
  });

  it('is not ready without Redis, lives on, and is ready again by itself', async () => {
    redis.pause();
    try {
      await eventually(
        async () => {
          const answer = await fetch(`${gateway.url}/readyz`);
          expect(answer.status).toBe(503);
          expect(await answer.json()).toMatchObject({
            ready: false,
            checks: { database: true, dispatch: false },
          });
        },
        { withinMs: 10_000, everyMs: 200 },
      );
      expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    } finally {
      redis.resume();
    }
    await eventually(async () => expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200), {
      withinMs: 10_000,
      everyMs: 200,
    });
  });

  async function query<Row extends object>(sql: string): Promise<readonly Row[]> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Every row of every table, as text. */
  async function dumpPostgres(): Promise<string> {
    const tables = await query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'fieldgate'`,
    );
    const rows = await Promise.all(
      tables.map(({ name }) => query<{ row: string }>(`select t::text as row from ${name} t`)),
    );
    return rows
      .flat()
      .map(({ row }) => row)
      .join('\n');
  }

  /** Every key with its value, as Redis itself would save it, and readable. */
  async function dumpRedis(): Promise<string> {
    const client = new Redis(redis.url);
    try {
      const lines: string[] = [];
      for (const key of await client.keys('*')) {
        const type = await client.type(key);
        if (type === 'hash') lines.push(key, JSON.stringify(await client.hgetall(key)));
        else if (type === 'zset') lines.push(key, ...(await client.zrange(key, '0', '-1')));
        else if (type === 'set') lines.push(key, ...(await client.smembers(key)));
        else lines.push(key, String(await client.get(key)));
      }
      return lines.join('\n');
    } finally {
      client.disconnect();
    }
  }
});

/** A client that asks whether it may send a request, hears that it may, and goes silent in the middle of it. */
async function sendHalfARequest(url: string): Promise<Socket> {
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.on('error', () => undefined);
  client.write(
    'POST /api/v1/device/auth HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\n',
  );
  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(answer.toString()).toContain('100 Continue');
  client.write('half');
  return client;
}
