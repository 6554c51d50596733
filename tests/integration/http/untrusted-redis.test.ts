import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { use } from '../../../src/composition/provide.js';
import { DISPATCH_QUEUE } from '../../../src/composition/tokens.js';
import type { Json } from '../../support/api-client.js';
import { ApiClient, claim, newDevice, propose, signIn, stateOf } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { RedisServer } from '../../support/redis-server.js';
import { startRedisServer } from '../../support/redis-server.js';

const change = { type: 'restart_service', parameters: { service: 'kiosk' } };

/** All that the gateway asks of one server; nothing that looks at, changes or empties it as a whole. */
const leastRights =
  '-@all +@read +@write +@connection +@scripting +@pubsub +@transaction -@dangerous +info +time -script|flush -script|kill';

let redis: RedisServer;
let intruder: Redis;
let opened: OpenedGateway;
let admin: ApiClient;

beforeAll(async () => {
  redis = await startRedisServer();
  intruder = new Redis(redis.url);
  const password = randomBytes(16).toString('hex');
  const rights = ['on', `>${password}`, '~fg:*', '&fg:*', ...leastRights.split(' ')];
  await intruder.call('ACL', 'SETUSER', 'gateway', ...rights);
  const url = new URL(redis.url);
  url.username = 'gateway';
  url.password = password;
  opened = await openGateway({ environment: { REDIS_URL: url.href } });
  admin = await signIn(opened.url);
});
afterAll(async () => {
  await opened.close();
  intruder.disconnect();
  await redis.remove();
});

describe('a gateway whose user of Redis may do the least', () => {
  it('serves a device from its sign-in to its end, and is refused nothing', async () => {
    const device = await newDevice(admin);
    const commandId = await propose(admin, device.id);
    await device.api.post('/api/v1/device/heartbeat', { status: 'ok' });
    const [claimed] = await claim(device.api, { waitMs: 1_000 });
    const report = { claimToken: claimed?.claimToken, status: 'succeeded' };
    const result = await device.api.post(`/api/v1/device/commands/${commandId}/result`, report);
    expect(result.status).toBe(200);
    expect((await admin.get(`/api/v1/customer/devices/${device.id}/status`)).status).toBe(200);
    expect((await admin.send('DELETE', `/api/v1/customer/devices/${device.id}/tokens`)).status).toBe(204);
    expect((await new ApiClient(opened.url).get('/readyz')).status).toBe(200);
    expect(JSON.stringify(opened.log)).not.toContain('NOPERM');
  });

  it.each([
    ['flushall'],
    ['flushdb'],
    ['keys', '*'],
    ['config', 'set', 'maxmemory-policy', 'allkeys-lru'],
    ['script', 'flush'],
    ['shutdown', 'nosave'],
    ['replicaof', '203.0.113.1', '6379'],
    ['get', 'of-somebody-else'],
  ])('could not %s %s', async (...call) => {
    const { REDIS_URL = '' } = opened.config;
    const client = new Redis(REDIS_URL);
    try {
      const [name = '', ...rest] = call;
      await expect(client.call(name, ...rest)).rejects.toThrow('NOPERM');
    } finally {
      client.disconnect();
    }
  });
});

describe('whoever can write to Redis', () => {
  it('has no command handed out that waits for approval, was called off, or is another device’s', async () => {
    const [device, other] = [await newDevice(admin), await newDevice(admin)];
    const waiting = await propose(admin, device.id, change);
    const calledOff = await propose(admin, device.id, change);
    await admin.post(`/api/v1/customer/commands/${calledOff}/cancel`);
    const foreign = await propose(admin, other.id);
    const queue = use(opened.container, DISPATCH_QUEUE);
    await queue.place(
      [waiting, calledOff, foreign, 'no-id-at-all'].map((commandId) => ({
        kind: 'offer',
        deviceId: device.id,
        commandId,
        rank: 1,
        delayMs: 0,
        dueInMs: null,
      })),
    );
    expect(await claim(device.api, { limit: 10 })).toEqual([]);
    expect(await stateOf(admin, waiting)).toBe('awaiting_approval');
    expect((await claim(other.api)).map(({ id }) => id)).toEqual([foreign]);
  });

  it('can pose as a device, as long as it knows the generation of its tokens, and gains no approval by it', async () => {
    const device = await newDevice(admin);
    const [key = ''] = await intruder.keys(`fg:*:tokens:${device.id}`);
    const forged = `fgt_${device.id}~${randomBytes(32).toString('base64url')}`;
    // The record of a token that is good, under the hash of one that the intruder made up.
    const kept = await intruder.hgetall(key);
    const [session = ''] = Object.values(kept);
    await intruder.hset(key, createHash('sha256').update(forged).digest('hex'), session);
    const posing = new ApiClient(opened.url, { authorization: `Bearer ${forged}` });
    const waiting = await propose(admin, device.id, change);
    expect(await claim(posing)).toEqual([]);
    const looking = await propose(admin, device.id);
    expect((await claim(posing)).map(({ id }) => id)).toEqual([looking]);
    expect(await stateOf(admin, waiting)).toBe('awaiting_approval');
    // Signing the device out is a matter of Postgres: it ends the intruder's session, wherever that is kept.
    const before: Json = await intruder.hgetall(key);
    await admin.send('DELETE', `/api/v1/customer/devices/${device.id}/tokens`);
    await intruder.hset(key, before as Record<string, string>);
    await propose(admin, device.id);
    const poll = await posing.post<{ commands?: readonly unknown[] }>('/api/v1/device/commands/claim');
    expect([poll.status, poll.body.commands ?? []]).toEqual([401, []]);
  });
});
