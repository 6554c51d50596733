import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { provide, use } from '../../../src/composition/provide.js';
import { CLOCK, LIVE_BUS } from '../../../src/composition/tokens.js';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { TokenPeople } from '../../support/http/token-people.js';
import type { TwoGateways } from '../../support/http/two-gateways.js';
import { openTwoGateways } from '../../support/http/two-gateways.js';
import { believeSignIns } from '../../support/signed-in.js';
import { CustomerSocket } from '../../support/ws/customer-socket.js';
import { clockOf } from '../../support/clock-of.js';

let gateways: TwoGateways;
let admin: ApiClient;
let customerId: string;
let device: TestDevice;
let other: TestDevice;

beforeAll(async () => {
  gateways = await openTwoGateways();
  const customer = await gateways.people.customer(gateways.here);
  customerId = customer.id;
  admin = customer.admin.api();
  device = await newDevice(admin, 'Till');
  other = await newDevice(admin, 'Scale');
});
afterAll(() => gateways.close());

const connect = () => CustomerSocket.met(admin, gateways.there.url);
const beat = (of: TestDevice, body: object) =>
  of.api.post('/api/v1/device/heartbeat', { status: 'ok', ...body });

describe('presence', () => {
  it('is told at once of a device that is followed, and then with every beat, from any gateway', async () => {
    const quiet = await newDevice(admin);
    const socket = await connect();
    await socket.ask({ type: 'subscribe', topics: [`device:${quiet.id}`] });
    expect(await socket.next({ type: 'presence' })).toEqual({
      type: 'presence',
      deviceId: quiet.id,
      connection: 'online',
      status: null,
      lastSeenAt: expect.any(String),
      metrics: null,
      agentVersion: null,
    });
    await beat(other, {});
    await beat(quiet, { status: 'degraded', metrics: { cpu: 0.5 }, agentVersion: '1.2.3' });
    expect(await socket.next({ type: 'presence' })).toEqual({
      type: 'presence',
      deviceId: quiet.id,
      connection: 'degraded',
      status: 'degraded',
      lastSeenAt: expect.any(String),
      metrics: { cpu: 0.5 },
      agentVersion: '1.2.3',
    });
    const types = socket.messages.map(({ type }) => type);
    expect(types).toEqual(['welcome', 'subscribed', 'presence', 'presence']);
    await socket.close();
  });

  it('is told of all devices to those who follow them, also of one that signs in', async () => {
    const socket = await connect();
    await socket.ask({ type: 'subscribe', topics: ['devices'] });
    await beat(device, { metrics: { cpu: 0.1 } });
    await beat(other, { metrics: { cpu: 0.2 } });
    await socket.next({ type: 'presence', deviceId: device.id });
    await socket.next({ type: 'presence', deviceId: other.id });
    const fresh = await newDevice(admin);
    expect(await socket.next({ type: 'presence', deviceId: fresh.id, connection: 'online' })).toBeDefined();
    await socket.close();
  });

  it('is of nobody whom the customer does not own, whatever a signal says', async () => {
    const stranger = await gateways.people.customer(gateways.here);
    const theirs = await newDevice(stranger.admin.api());
    const socket = await connect();
    await socket.ask({ type: 'subscribe', topics: ['devices', 'activity'] });
    await beat(theirs, { metrics: { secret: 1 } });
    const command = await propose(stranger.admin.api(), theirs.id);
    const [claimed] = await claim(theirs.api);
    const progress = { claimToken: claimed?.claimToken, percent: 1 };
    await theirs.api.post(`/api/v1/device/commands/${command}/progress`, progress);
    const bus = use(gateways.here.container, LIVE_BUS);
    const deviceId = theirs.id;
    await bus.tell({ kind: 'beat', customerId, deviceId });
    await bus.tell({ kind: 'progress', customerId, deviceId, sessionId: null, commandId: command });
    await bus.tell({ kind: 'activity', customerId });
    await beat(device, { metrics: { cpu: 0.3 } });
    await socket.next({ type: 'presence', deviceId: device.id });
    expect(JSON.stringify(socket.messages)).not.toContain(theirs.id);
    await socket.close();
  });

  it('is told within seconds when time alone has changed it', async () => {
    const people = new TokenPeople();
    let aheadMs = 0;
    const gateway = await openGateway({
      environment: people.environment,
      override: (container) => {
        believeSignIns(container);
        const clock = use(container, CLOCK);
        const ahead = clockOf(() => new Date(clock.now().getTime() + aheadMs));
        provide(container, CLOCK, () => ahead);
      },
    });
    try {
      const shop = await people.customer(gateway);
      const [one, two] = [await newDevice(shop.admin.api()), await newDevice(shop.admin.api())];
      await beat(one, {});
      await beat(two, {});
      const single = await CustomerSocket.met(shop.admin.api());
      const all = await CustomerSocket.met(shop.admin.api());
      await single.ask({ type: 'subscribe', topics: [`device:${one.id}`] });
      await all.ask({ type: 'subscribe', topics: ['devices'] });
      await single.next({ type: 'presence', connection: 'online' });
      // One round, in which it learns of all of them.
      await eventually(async () => {
        await beat(two, {});
        return all.all('presence').length > 1;
      });
      for (const [ms, connection] of [
        [100_000, 'stale'],
        [400_000, 'offline'],
      ] as const) {
        aheadMs = ms;
        await single.next({ type: 'presence', deviceId: one.id, connection }, 6_000);
        await all.next({ type: 'presence', deviceId: one.id, connection }, 6_000);
        await all.next({ type: 'presence', deviceId: two.id, connection }, 6_000);
      }
      await beat(one, {});
      await single.next({ type: 'presence', deviceId: one.id, connection: 'online' });
      await single.close();
      await all.close();
    } finally {
      await gateway.close();
    }
  }, 30_000);
});

describe('progress', () => {
  it('is told to those who follow the device, the session or everything, and to nobody else', async () => {
    const own = await newDevice(admin);
    const opened = await admin.post('/api/v1/customer/sessions', { deviceId: own.id, type: 'diagnostic' });
    const sessionId = String(opened.body['id']);
    const followers = [`device:${own.id}`, `session:${sessionId}`, 'activity'];
    const others = [`device:${other.id}`, 'approvals', 'devices'];
    const sockets = await Promise.all(
      [...followers, ...others].map(async (topic) => {
        const socket = await connect();
        await socket.ask({ type: 'subscribe', topics: [topic] });
        return socket;
      }),
    );
    const { body } = await admin.post(`/api/v1/customer/sessions/${sessionId}/commands`, {
      type: 'system_info',
      parameters: {},
    });
    const commandId = String(body['id']);
    const [claimed] = await claim(own.api);
    const report = (percent: number) =>
      own.api.post(`/api/v1/device/commands/${commandId}/progress`, {
        claimToken: claimed?.claimToken,
        percent,
        message: 'Half of it',
      });
    await report(50);
    for (const socket of sockets.slice(0, 3))
      expect(await socket.next({ type: 'progress' })).toEqual({
        type: 'progress',
        commandId,
        deviceId: own.id,
        sessionId,
        attempt: 1,
        percent: 50,
        message: 'Half of it',
        output: null,
        at: expect.any(String),
        from: 1,
        pieces: [],
      });
    for (let percent = 51; percent <= 80; percent += 1) await report(percent);
    for (const socket of sockets.slice(0, 3)) await socket.next({ type: 'progress', percent: 80 });
    for (const socket of sockets.slice(3)) expect(socket.all('progress')).toEqual([]);
    for (const socket of sockets) await socket.close();
  });

  it('of a command that does not exist is of no interest', async () => {
    const socket = await connect();
    await socket.ask({ type: 'subscribe', topics: ['activity'] });
    const bus = use(gateways.here.container, LIVE_BUS);
    const about = { customerId, deviceId: device.id, sessionId: null, commandId: randomUUID() };
    await bus.tell({ kind: 'progress', ...about });
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    expect(socket.all('progress')).toEqual([]);
    await socket.close();
  });
});
