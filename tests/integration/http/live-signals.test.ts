import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { Audience, LiveSignal } from '../../../src/application/ports/live-bus.js';
import { operatorOperations } from '../../../src/composition/operator.js';
import { use } from '../../../src/composition/provide.js';
import { ACTIVITY_LOG, DEVICE_TOKENS, LIVE_BUS, PRESENCE, SECRETS } from '../../../src/composition/tokens.js';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose, signIn } from '../../support/api-client.js';
import { environment } from '../../support/environment.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const budget = { name: 'calls', points: 100_000, windowMs: 60_000 };

describe('what happens on one gateway is told on the other', () => {
  let here: OpenedGateway;
  let there: OpenedGateway;
  let admin: ApiClient;
  let device: TestDevice;
  let me: { readonly customerId: string; readonly userId: string };
  let heard: LiveSignal[];
  const stops: (() => void)[] = [];

  beforeAll(async () => {
    const shared = {
      REDIS_URL: environment('FIELDGATE_TEST_REDIS_URL'),
      REDIS_PREFIX: `live-${randomBytes(4).toString('hex')}`,
    };
    here = await openGateway({ environment: shared });
    const { DATABASE_URL = '', DATA_DIR } = here.config;
    there = await openGateway({ environment: { ...shared, DATABASE_URL, DATA_DIR } });
    admin = await signIn(here.url);
    device = await newDevice(admin);
    const { body } = await admin.get<{ customerId: string; user: { id: string } }>('/api/v1/customer/me');
    me = { customerId: body.customerId, userId: body.user.id };
  }, 60_000);
  afterAll(async () => {
    await there.close();
    await here.close();
  });
  beforeEach(() => {
    for (const stop of stops.splice(0)) stop();
    heard = [];
    for (const audience of [{ customerId: me.customerId }, { deviceId: device.id }, { userId: me.userId }]) {
      listen(audience, (signal) => heard.push(signal));
    }
  });

  function listen(audience: Audience, hear: (signal: LiveSignal) => void): void {
    stops.push(use(there.container, LIVE_BUS).listen(audience, hear));
  }

  const grown = () => ({ kind: 'activity', customerId: me.customerId });
  const concerned = () => ({ kind: 'device', deviceId: device.id });
  const isHeard = (signal: object) => eventually(() => expect(heard).toContainEqual(signal));
  const call = async (api: ApiClient, method: string, path: string, body?: object): Promise<void> => {
    const { status } = await api.send(method, path, body);
    expect([path, status < 300]).toEqual([path, true]);
  };

  it('that a log has grown: whoever hears of it reads the entry', async () => {
    const log = use(there.container, ACTIVITY_LOG);
    const read: Promise<string | undefined>[] = [];
    const before = await log.read(me.customerId, 0, 1);
    listen({ customerId: me.customerId }, () => {
      const next = log.read(me.customerId, before.head.seq, 1);
      read.push(next.then(({ entries }) => entries[0]?.subject.id));
    });
    const id = await propose(admin, device.id);
    await isHeard(grown());
    expect(await read[0]).toBe(id);
    await call(admin, 'POST', `/api/v1/customer/commands/${id}/cancel`);
  });

  it('that a device lives: whoever hears of it finds the beat', async () => {
    const presence = use(there.container, PRESENCE);
    const found: Promise<unknown>[] = [];
    listen({ customerId: me.customerId }, ({ kind }) => {
      if (kind === 'beat') found.push(presence.latest([device.id]).then(([beat]) => beat?.status));
    });
    await call(device.api, 'POST', '/api/v1/device/heartbeat', { status: 'degraded' });
    await isHeard({ kind: 'beat', customerId: me.customerId, deviceId: device.id });
    expect(await found[0]).toBe('degraded');
    // It leaves no entry.
    expect(heard).not.toContainEqual(grown());
  });

  it('that a command comes further, and that a device is asked to stop it', async () => {
    const id = await propose(admin, device.id);
    const [command] = await claim(device.api);
    const { claimToken } = command ?? {};
    await call(device.api, 'POST', `/api/v1/device/commands/${id}/progress`, { claimToken, percent: 40 });
    const { customerId } = me;
    await isHeard({ kind: 'progress', customerId, deviceId: device.id, sessionId: null, commandId: id });
    expect(heard).not.toContainEqual(concerned());
    await call(admin, 'POST', `/api/v1/customer/commands/${id}/cancel`);
    await isHeard(concerned());
    await call(device.api, 'POST', `/api/v1/device/commands/${id}/result`, {
      claimToken,
      status: 'cancelled',
    });
  });

  it('nothing of progress under a claim that is no good', async () => {
    const id = await propose(admin, device.id);
    const refused = await device.api.post(`/api/v1/device/commands/${id}/progress`, {
      claimToken: 'forged',
      percent: 40,
    });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    await call(admin, 'POST', `/api/v1/customer/commands/${id}/cancel`);
    await isHeard(grown());
    expect(heard.filter(({ kind }) => kind === 'progress')).toEqual([]);
  });

  it.each([
    ['signs out', (_: string, api: ApiClient) => call(api, 'DELETE', '/api/v1/device/auth')],
    [
      'is signed out everywhere',
      (id: string) => call(admin, 'DELETE', `/api/v1/customer/devices/${id}/tokens`),
    ],
    ['is suspended', (id: string) => call(admin, 'POST', `/api/v1/customer/devices/${id}/suspend`)],
  ])('that a device %s: whoever hears the last of it finds the token gone', async (_, end) => {
    const mortal = await newDevice(admin);
    const { body } = await mortal.api.post<{ token: string }>('/api/v1/device/auth', {
      deviceId: mortal.id,
      deviceSecret: mortal.secret,
    });
    const token = { deviceId: mortal.id, hash: use(there.container, SECRETS).hash(body.token) };
    // Where it is done it is heard soonest, and there a look comes too early most easily.
    const lastLooks = [here, there].map(({ container }) => {
      const looks: Promise<string>[] = [];
      const tokens = use(container, DEVICE_TOKENS);
      const stop = use(container, LIVE_BUS).listen({ deviceId: mortal.id }, () => {
        looks.push(tokens.admit(token, budget).then(({ kind }) => kind));
      });
      stops.push(stop);
      return async () => (await Promise.all(looks)).at(-1);
    });
    await end(mortal.id, admin.with({ authorization: `Bearer ${body.token}` }));
    await eventually(async () => {
      expect(await Promise.all(lastLooks.map((look) => look()))).toEqual(['unknown', 'unknown']);
    });
  });

  it('that a person signed out', async () => {
    const again = await signIn(here.url);
    await call(again, 'POST', '/auth/v1/logout?scope=local');
    await isHeard({ kind: 'person', userId: me.userId });
  });

  it('also by the command line of the operator, before it ends', async () => {
    const operations = operatorOperations(() => here.config, pino({ level: 'silent' }));
    await operations.withUseCases(async ({ addMember }) => {
      await addMember.execute({
        member: { userId: randomUUID(), name: 'Late', customerId: me.customerId, role: 'viewer' },
        cause: { actor: { kind: 'cli', id: 'cli' }, requestId: null },
      });
    });
    await isHeard(grown());
  });
});
