import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiAnswer } from '../../support/api-client.js';
import { ApiClient, claim, newDevice, propose, signIn } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { RedisServer } from '../../support/redis-server.js';
import { startRedisServer } from '../../support/redis-server.js';
import type { PostgresProxy } from '../postgres-proxy.js';
import { startPostgresProxy } from '../postgres-proxy.js';

const customer = '/api/v1/customer';
const onDevice = '/api/v1/device';

let redis: RedisServer;
let proxy: PostgresProxy;
let opened: OpenedGateway;

beforeAll(async () => {
  redis = await startRedisServer();
  opened = await openGateway({
    environment: { REDIS_URL: redis.url, RATE_SIGN_IN_PER_ADDRESS: '100000' },
    through: async (databaseUrl) => {
      proxy = await startPostgresProxy(databaseUrl);
      return proxy.url;
    },
  });
});
afterAll(async () => {
  await proxy.open();
  await opened.close();
  await Promise.all([proxy.shut(), redis.remove()]);
});

/** What only the inside knows: statements, scripts, drivers, addresses, files. */
const inside =
  /\b(?:select|insert|update|relation|constraint|syntax error|ioredis|EVALSHA|NOSCRIPT|READONLY|ECONN\w+|ETIMEDOUT)\b|fieldgate\.|127\.0\.0\.1|node_modules|\.[jt]s:\d|\bat \S+ \(|postgres(?:ql)?:|redis:/i;
const members = ['code', 'detail', 'requestId', 'status', 'title', 'type'];

describe('a refusal', () => {
  it('says the same little whatever was away: a code, a sentence and the id of the request', async () => {
    const admin = await signIn(opened.url);
    const anybody = new ApiClient(opened.url);
    const device = await newDevice(admin);
    const commandId = await propose(admin, device.id);
    const [claimed] = await claim(device.api);
    const calls: readonly (() => Promise<ApiAnswer>)[] = [
      () => admin.get(`${customer}/devices`),
      () => admin.get(`${customer}/devices/${device.id}/status`),
      () => admin.get(`${customer}/activity`),
      () => admin.post(`${customer}/devices/provision`, { name: 'Till' }),
      () =>
        admin.post(`${customer}/devices/${device.id}/commands`, {
          type: 'ping',
          parameters: { host: 'a.example' },
        }),
      () => admin.post(`${customer}/commands/${commandId}/cancel`),
      () => admin.post(`${customer}/api-keys`, { name: 'Nightly', role: 'viewer' }),
      () => device.api.post(`${onDevice}/heartbeat`, { status: 'ok' }),
      () => device.api.post(`${onDevice}/commands/claim`),
      () => device.api.post(`${onDevice}/secret/rotate`),
      () =>
        device.api.post(`${onDevice}/commands/${commandId}/result`, {
          claimToken: claimed?.claimToken,
          status: 'succeeded',
        }),
      () => anybody.post(`${onDevice}/auth`, { deviceId: device.id, deviceSecret: device.secret }),
      () => anybody.post(`${onDevice}/register`, { deviceId: device.id, activationCode: 'AAAA' }),
      () => anybody.post('/auth/v1/token?grant_type=password', { email: 'a@b.example', password: 'guess' }),
    ];
    const refusals: ApiAnswer[] = [];
    const callAll = async (): Promise<void> => {
      const answers = await Promise.all(calls.map((call) => call()));
      refusals.push(...answers.filter(({ status }) => status >= 400));
    };
    await redis.kill();
    await callAll();
    await proxy.shut();
    await callAll();
    await redis.start();
    await callAll();
    expect(refusals.filter(({ status }) => status === 503).length).toBeGreaterThan(20);
    expect(refusals.filter(({ status }) => status === 500)).toEqual([]);
    for (const { headers, body } of refusals) {
      expect(JSON.stringify(body)).not.toMatch(inside);
      // The local identity speaks the language of Supabase Auth, which has members of its own.
      if (headers.get('content-type') !== 'application/problem+json') continue;
      const named = Object.keys(body).filter((name) => name !== 'retryAfterMs' && name !== 'errors');
      expect(named.sort()).toEqual(members);
    }
  }, 60_000);
});
