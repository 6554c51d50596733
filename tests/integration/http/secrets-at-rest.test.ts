import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { ApiClient, claim, newDevice, propose, signIn } from '../../support/api-client.js';
import { testAdmin } from '../../support/gateway-process.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { RedisServer } from '../../support/redis-server.js';
import { startRedisServer } from '../../support/redis-server.js';

let redis: RedisServer;
let opened: OpenedGateway;

beforeAll(async () => {
  redis = await startRedisServer();
  opened = await openGateway({ environment: { REDIS_URL: redis.url } });
});
afterAll(async () => {
  await opened.close();
  await redis.remove();
});

/** Every row of every table of the gateway's, as text. */
async function dumpPostgres(): Promise<string> {
  const owner = new pg.Client({ connectionString: opened.config.DATABASE_URL });
  await owner.connect();
  try {
    const { rows: tables } = await owner.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'fieldgate'`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await owner.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await owner.end();
  }
}

/** What Redis would save, by key and value as its own DUMP writes them, and what it remembers of slow calls. */
async function dumpRedis(): Promise<string> {
  const client = new Redis(redis.url);
  try {
    const parts: string[] = [];
    for (const key of await client.keys('*')) {
      parts.push(key);
      // Small values are packed, and none is compressed: text stands in them as it is.
      const dumped = await client.dumpBuffer(key);
      parts.push(dumped?.toString('latin1') ?? '');
    }
    parts.push(JSON.stringify(await client.slowlog('GET', '1000')));
    return parts.join('\n');
  } finally {
    client.disconnect();
  }
}

describe('what opens something', () => {
  it('stands nowhere once it was handed out: not in Postgres, not in Redis, not in the log', async () => {
    const watching = new Redis(redis.url);
    await watching.config('SET', 'slowlog-log-slower-than', '0', 'slowlog-max-len', '10000');
    await watching.config('SET', 'rdbcompression', 'no');
    watching.disconnect();
    const anybody = new ApiClient(opened.url);
    const { body: session } = await anybody.post<{ access_token: string; refresh_token: string }>(
      '/auth/v1/token?grant_type=password',
      testAdmin,
    );
    const admin = new ApiClient(opened.url, { authorization: `Bearer ${session.access_token}` });
    const keyed = admin.with({ 'idempotency-key': 'at-rest' });
    const { body: provisioned } = await keyed.post<{ activationCode: string }>(
      '/api/v1/customer/devices/provision',
      { name: 'Kept' },
    );
    const { body: program } = await keyed.post<{ key: string }>('/api/v1/customer/api-keys', {
      name: 'Kept',
      role: 'operator',
    });
    await new ApiClient(opened.url, { authorization: `Bearer ${program.key}` }).get('/api/v1/customer/me');
    const device = await newDevice(admin);
    const { body: signedIn } = await anybody.post<{ token: string }>('/api/v1/device/auth', {
      deviceId: device.id,
      deviceSecret: device.secret,
    });
    const { body: rotated } = await new ApiClient(opened.url, {
      'x-device-token': signedIn.token,
    }).post<{ deviceSecret: string }>('/api/v1/device/secret/rotate');
    await propose(admin, device.id);
    const [command] = await claim(device.api);
    const wrong = { deviceId: device.id, deviceSecret: 'mistyped-secret-of-somebody' };
    await anybody.post('/api/v1/device/auth', wrong);
    await anybody.with({ authorization: 'Bearer mistyped-token-of-somebody' }).get('/api/v1/customer/me');

    const secrets = {
      password: testAdmin.password,
      accessToken: session.access_token,
      refreshToken: session.refresh_token,
      activationCode: provisioned.activationCode,
      typedCode: provisioned.activationCode.replaceAll('-', ''),
      apiKey: program.key,
      deviceSecret: device.secret,
      nextSecret: rotated.deviceSecret,
      // The part before it is the id of the device.
      deviceToken: signedIn.token.split('~')[1] ?? '',
      claimToken: command?.claimToken ?? '',
      wrongSecret: wrong.deviceSecret,
      wrongToken: 'mistyped-token-of-somebody',
    };
    const places = {
      postgres: await dumpPostgres(),
      redis: await dumpRedis(),
      log: JSON.stringify(opened.log),
    };
    for (const place of [places.postgres, places.redis]) expect(place).toContain(device.id);
    expect(places.log).toContain('/api/v1/device/secret/rotate');
    for (const [what, secret] of Object.entries(secrets)) {
      expect([what, secret.length > 15]).toEqual([what, true]);
      // Without what tells its kind, which would hide a part of it that was kept.
      const bare = secret.replace(/^fg[a-z]_/, '');
      const found = Object.entries(places).filter(([, text]) => text.includes(bare));
      expect([what, found.map(([place]) => place)]).toEqual([what, []]);
    }
  });
});

describe('the log of the gateway', () => {
  it('has one line of JSON for each thing that happened, whatever somebody writes into a request', async () => {
    const admin = await signIn(opened.url);
    const forged = 'x\n{"level":"info","msg":"forged"}\r\n\u001b[2J';
    await admin.post('/api/v1/customer/devices/provision', { name: forged, deviceId: forged });
    await admin.get(`/api/v1/customer/devices/${encodeURIComponent(forged)}`);
    await admin.get(
      `/api/v1/customer/devices?q=${encodeURIComponent(forged)}&cursor=${encodeURIComponent(forged)}`,
    );
    await admin.get(`/${encodeURIComponent(forged)}`);
    // Each line was parsed on its own; one that was broken open would have been two.
    expect(opened.log.filter(({ msg }) => msg === 'forged')).toEqual([]);
    expect(JSON.stringify(opened.log)).not.toContain('\\u001b[2J');
  });
});
