import { afterEach, describe, expect, it } from '@jest/globals';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { newDevice, propose, signIn, stateOf } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { RedisServer } from '../../support/redis-server.js';
import { startRedisServer } from '../../support/redis-server.js';
import type { SocketClient } from '../../support/socket-client.js';
import type { PostgresProxy } from '../postgres-proxy.js';
import { startPostgresProxy } from '../postgres-proxy.js';
import { allPushed, connectDevice, finish, pushed } from './device-line.js';

let opened: OpenedGateway;
let admin: ApiClient;
let device: TestDevice;
let line: SocketClient;
let cleanUp: () => Promise<void>;

async function begin(gateway: OpenedGateway): Promise<void> {
  opened = gateway;
  admin = await signIn(opened.url);
  device = await newDevice(admin);
  line = await connectDevice(opened.url, device);
}
afterEach(async () => {
  await line.close();
  await opened.close();
  await cleanUp();
});

describe('a connected device', () => {
  it('stays while Redis does not answer, and is pushed what comes when it does', async () => {
    const redis: RedisServer = await startRedisServer();
    cleanUp = () => redis.remove();
    // Pinged so often that its standing is looked at in the middle of it.
    await begin(await openGateway({ environment: { REDIS_URL: redis.url, SOCKET_PING_MS: '1000' } }));
    await line.ask({ type: 'ready', capacity: 1 });
    redis.pause();
    try {
      expect(await line.ask({ type: 'heartbeat', status: 'ok' })).toMatchObject({
        type: 'error',
        problem: { code: 'dependency_unavailable', status: 503 },
      });
      await eventually(() => opened.log.some(({ msg }) => msg === 'nothing can be pushed now'), {
        withinMs: 30_000,
      });
    } finally {
      redis.resume();
    }
    const id = await propose(admin, device.id);
    expect((await pushed(line, 20_000)).command).toMatchObject({ id, attempt: 1 });
  }, 60_000);

  it('is pushed as one attempt what Postgres could not confirm for a while', async () => {
    let proxy: PostgresProxy | undefined;
    cleanUp = async () => proxy?.shut();
    await begin(
      await openGateway({
        through: async (databaseUrl) => {
          proxy = await startPostgresProxy(databaseUrl);
          return proxy.url;
        },
      }),
    );
    const id = await propose(admin, device.id);
    proxy?.freeze();
    await line.ask({ type: 'ready', capacity: 1 });
    await eventually(() => opened.log.some(({ msg }) => msg === 'nothing can be pushed now'), {
      withinMs: 30_000,
    });
    expect(await line.ask({ type: 'heartbeat', status: 'ok' })).toMatchObject({ type: 'heartbeat.ok' });
    proxy?.thaw();
    const one = await pushed(line, 20_000);
    expect(one.command).toMatchObject({ id, attempt: 1 });
    expect(await finish(line, one)).toMatchObject({ type: 'result.ok', state: 'succeeded' });
    expect(await stateOf(admin, id)).toBe('succeeded');
    expect(allPushed(line)).toHaveLength(1);
  }, 60_000);
});
