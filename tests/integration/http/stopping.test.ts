import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide, use } from '../../../src/composition/provide.js';
import { COMMAND_LEDGER, WAKE_UPS } from '../../../src/composition/tokens.js';
import type { TestDevice } from '../../support/api-client.js';
import { ApiClient, newDevice, propose, signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { openRawConnection } from '../../support/http/raw-connection.js';
import type { PostgresProxy } from '../postgres-proxy.js';
import { startPostgresProxy } from '../postgres-proxy.js';

let proxy: PostgresProxy;
let opened: OpenedGateway;
let admin: ApiClient;
let device: TestDevice;
/** Told of a poll that is about to wait. */
let onParked: () => void;
/** Holds up whoever changed a command, between the record and the answer. */
let afterRecorded: () => Promise<void> | void;

beforeEach(async () => {
  onParked = () => undefined;
  afterRecorded = () => undefined;
  opened = await openGateway({
    through: async (databaseUrl) => {
      proxy = await startPostgresProxy(databaseUrl);
      return proxy.url;
    },
    override: (container) => {
      const wakeUps = use(container, WAKE_UPS);
      provide(container, WAKE_UPS, () => ({
        wake: (deviceId) => wakeUps.wake(deviceId),
        take: (deviceId) => {
          onParked();
          return wakeUps.take(deviceId);
        },
      }));
      const ledger = use(container, COMMAND_LEDGER);
      provide(container, COMMAND_LEDGER, () => ({
        change: async (...asked) => {
          const answer = await ledger.change(...asked);
          await afterRecorded();
          return answer;
        },
      }));
    },
  });
  admin = await signIn(opened.url);
  device = await newDevice(admin);
});

afterEach(async () => {
  proxy.thaw();
  await opened.close();
  await proxy.shut();
});

const claimPath = '/api/v1/device/commands/claim';
const refusesConnections = (): Promise<boolean> =>
  openRawConnection(opened.url).then(
    () => false,
    () => true,
  );

describe('a gateway that stops', () => {
  it('answers the long polls at once, with nothing', async () => {
    const seated = Promise.withResolvers<undefined>();
    onParked = () => {
      seated.resolve(undefined);
    };
    const parked = device.api.post(claimPath, { waitMs: 25_000 });
    await seated.promise;
    const started = performance.now();
    const stopped = opened.stop();
    expect(await parked).toMatchObject({ status: 200, body: { commands: [] } });
    await stopped;
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('finishes what it does, and refuses what still comes in on a connection that is kept alive', async () => {
    const id = await propose(admin, device.id);
    const asked = Promise.withResolvers<undefined>();
    const held = Promise.withResolvers<undefined>();
    afterRecorded = () => {
      asked.resolve(undefined);
      return held.promise;
    };
    const { body } = await new ApiClient(opened.url).post('/api/v1/device/auth', {
      deviceId: device.id,
      deviceSecret: device.secret,
    });
    const [working, late] = [await openRawConnection(opened.url), await openRawConnection(opened.url)];
    const claim = `POST ${claimPath} HTTP/1.1\r\nhost: a\r\nx-device-token: ${String(body['token'])}\r\n`;
    working.write(`${claim}content-length: 0\r\n\r\n`);
    // On its way already, so that its connection is never idle.
    late.write('GET /version HTTP/1.1\r\n');
    await asked.promise;
    const stopped = opened.stop();
    await eventually(refusesConnections);
    late.write('host: a\r\n\r\n');
    const refused = await late.ended;
    held.resolve(undefined);
    const answered = await working.ended;
    await stopped;
    expect(answered).toMatch(/^HTTP\/1\.1 200 .*connection: close/is);
    expect(answered).toContain(`"id":"${id}"`);
    expect(refused).toMatch(/^HTTP\/1\.1 503 .*connection: close.*"code":"shutting_down"/is);
  });

  it('does not wait for those who never come to the end of their request', async () => {
    const halves = ['POST /api/v1/device/auth HTTP/1.1\r\nhost: a\r\n', 'content-length: 99\r\n\r\n{'];
    const connections = await Promise.all([openRawConnection(opened.url), openRawConnection(opened.url)]);
    connections[0].write(halves[0] ?? '');
    connections[1].write(`${halves[0] ?? ''}content-type: application/json\r\n${halves[1] ?? ''}`);
    expect((await admin.get('/healthz')).status).toBe(200);
    const started = performance.now();
    await opened.stop();
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is not ready any more, to whoever still waits for the answer', async () => {
    const connection = await openRawConnection(opened.url);
    connection.write('GET /version HTTP/1.1\r\nhost: a\r\n\r\n');
    await eventually(() => connection.said().includes('"version"'));
    proxy.freeze();
    connection.write('GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n');
    // What was written first has arrived when what was written later is answered.
    expect((await admin.get('/healthz')).status).toBe(200);
    const stopped = opened.stop();
    await eventually(() => connection.said().includes('"ready"'));
    proxy.thaw();
    const [, , readiness = ''] = (await connection.ended).split('HTTP/1.1 ');
    expect(readiness).toMatch(/^503 /);
    expect(readiness).toContain('"ready":false');
    expect(readiness).toContain('{"check":"shutdown","message":"this instance is shutting down"}');
    await stopped;
  });
});
