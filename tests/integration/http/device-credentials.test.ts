import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import type { ApiAnswer, TestDevice } from '../../support/api-client.js';
import {
  ApiClient,
  claim,
  newDevice,
  propose,
  signIn,
  signInDevice,
  stateOf,
} from '../../support/api-client.js';
import { environment } from '../../support/environment.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const path = '/api/v1/device';
const devices = '/api/v1/customer/devices';
const prefix = `credentials-${randomBytes(4).toString('hex')}`;
const setting = {
  REDIS_URL: environment('FIELDGATE_TEST_REDIS_URL'),
  REDIS_PREFIX: prefix,
  RATE_SIGN_IN_PER_ADDRESS: '100000',
  RATE_SIGN_IN_PER_DEVICE: '100000',
  RATE_DEVICE_PER_MINUTE: '30',
};

let here: OpenedGateway;
let there: OpenedGateway;
let redis: Redis;
let admin: ApiClient;
let anybody: ApiClient;

beforeAll(async () => {
  here = await openGateway({ environment: setting });
  const { DATABASE_URL = '', DATA_DIR } = here.config;
  there = await openGateway({ environment: { ...setting, DATABASE_URL, DATA_DIR } });
  redis = new Redis(setting.REDIS_URL);
  admin = await signIn(here.url);
  anybody = new ApiClient(here.url);
});
afterAll(async () => {
  redis.disconnect();
  await there.close();
  await here.close();
});

const auth = (deviceId: string, deviceSecret: string, url = here.url) =>
  new ApiClient(url).post<{ token: string }>(`${path}/auth`, { deviceId, deviceSecret });
const beat = (device: ApiClient) => device.post(`${path}/heartbeat`, { status: 'ok' });
const told = ({ status, body }: ApiAnswer) => JSON.stringify([status, { ...body, requestId: '' }]);

async function provision(): Promise<{ deviceId: string; activationCode: string }> {
  const { body } = await admin.post<{ device: { id: string }; activationCode: string }>(
    `${devices}/provision`,
    { name: 'Till' },
  );
  return { deviceId: body.device.id, activationCode: body.activationCode };
}

describe('the secret of a device', () => {
  it('is another one after each registration, and is never shown again', async () => {
    const [one, other] = [await newDevice(admin), await newDevice(admin)];
    expect(one.secret).not.toBe(other.secret);
    expect(one.secret).not.toContain(one.id);
    const shown = await Promise.all([
      admin.get(`${devices}/${one.id}`),
      admin.get(`${devices}/${one.id}/status`),
      admin.get(`/api/v1/customer/activity?subject=device:${one.id}`),
    ]);
    expect(shown.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(JSON.stringify(shown.map(({ body }) => body))).not.toContain(one.secret.slice(4));
  });

  it('that is wrong is refused in the same words, whatever it looks like', async () => {
    const { id, secret } = await newDevice(admin);
    const strange = [
      ' ',
      'x',
      'x'.repeat(512),
      'пароль',
      '\u0000',
      '\ud83d\udd11'.repeat(100),
      secret.slice(0, -1),
      `${secret}a`,
      ` ${secret}`,
      secret.toUpperCase(),
    ];
    const answers = [];
    for (const wrong of strange) answers.push(await auth(id, wrong));
    expect(new Set(answers.map(told)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
  });

  it('is two during a rotation, and one as soon as the new one is used', async () => {
    const device = await newDevice(admin);
    const rotate = async () =>
      (await device.api.post<{ deviceSecret: string }>(`${path}/secret/rotate`)).body.deviceSecret;
    const lost = await rotate();
    const next = await rotate();
    expect((await auth(device.id, device.secret)).status).toBe(200);
    expect((await auth(device.id, lost)).status).toBe(401);
    expect((await auth(device.id, next, there.url)).status).toBe(200);
    expect((await auth(device.id, device.secret)).status).toBe(401);
  });
});

describe('an activation code', () => {
  it('that many present at once opens one door: one of the secrets counts, and then the code is dead', async () => {
    const asked = await provision();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        new ApiClient(n % 2 === 0 ? here.url : there.url).post<{ deviceSecret: string }>(
          `${path}/register`,
          asked,
        ),
      ),
    );
    const secrets = answers.filter(({ status }) => status === 201).map(({ body }) => body.deviceSecret);
    expect(secrets.length).toBeGreaterThan(0);
    const tried = await Promise.all(secrets.map((secret) => auth(asked.deviceId, secret)));
    expect(tried.filter(({ status }) => status === 200)).toHaveLength(1);
    const again = await anybody.post(`${path}/register`, asked);
    expect(again).toMatchObject({ status: 409, body: { code: 'already_registered' } });
  });

  it.each(['customerId', 'lifecycle', 'credentialGeneration', 'deviceSecret', 'labels'])(
    'gives its bearer no choice of %s',
    async (field) => {
      const asked = await provision();
      const answer = await anybody.post(`${path}/register`, { ...asked, [field]: 'mine' });
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
      expect((await admin.get(`${devices}/${asked.deviceId}`)).body['lifecycle']).toBe('provisioned');
    },
  );
});

describe('a token', () => {
  it('is another one after each sign-in', async () => {
    const { id, secret } = await newDevice(admin);
    const tokens = [await auth(id, secret), await auth(id, secret)].map(({ body }) => body.token);
    expect(new Set(tokens).size).toBe(2);
  });

  it.each<[string, (device: TestDevice) => Promise<ApiAnswer>]>([
    ['signed out everywhere', ({ id }) => admin.send('DELETE', `${devices}/${id}/tokens`)],
    ['suspended', ({ id }) => admin.post(`${devices}/${id}/suspend`)],
    ['retired', ({ id }) => admin.post(`${devices}/${id}/retire`)],
  ])('is dead at every gateway once its device is %s, and a parked poll brings nothing', async (_, end) => {
    const device = await newDevice(admin);
    const elsewhere = device.api.at(there.url);
    expect((await beat(elsewhere)).status).toBe(200);
    const parked = elsewhere.post<{ commands?: readonly unknown[] }>(`${path}/commands/claim`, {
      waitMs: 2_000,
    });
    expect((await end(device)).status).toBeLessThan(300);
    expect((await beat(elsewhere)).status).toBe(401);
    expect((await beat(device.api)).status).toBe(401);
    const { body } = await parked;
    expect(body.commands ?? []).toEqual([]);
  });

  it('that comes back out of a backup of Redis changes nothing and is handed nothing', async () => {
    const device = await newDevice(admin);
    const running = await propose(admin, device.id);
    const [claimed] = await claim(device.api);
    const [kept = ''] = await redis.keys(`${prefix}:*tokens:${device.id}`);
    const backup = await redis.dumpBuffer(kept);
    await admin.send('DELETE', `${devices}/${device.id}/tokens`);
    const waiting = await propose(admin, device.id);
    await redis.restore(kept, 0, backup ?? Buffer.alloc(0), 'REPLACE');
    // Redis lets it in again; Postgres does not let it do anything.
    expect((await beat(device.api)).status).toBe(200);
    const poll = await device.api.post<{ commands?: readonly unknown[] }>(`${path}/commands/claim`);
    expect(poll.body.commands ?? []).toEqual([]);
    const report = await device.api.post(`${path}/commands/${running}/result`, {
      claimToken: claimed?.claimToken,
      status: 'succeeded',
    });
    expect(report.status).toBe(401);
    expect((await device.api.post(`${path}/secret/rotate`)).status).toBe(401);
    expect([await stateOf(admin, running), await stateOf(admin, waiting)]).toEqual(['claimed', 'queued']);
    const again = await signInDevice(there.url, device.id, device.secret);
    expect((await claim(again)).map(({ id }) => id)).toEqual([waiting]);
  });
});

describe('a device that does not wait as it is told', () => {
  it('is kept within its budget at every gateway together, and disturbs no other', async () => {
    const [rude, other] = [await newDevice(admin), await newDevice(admin)];
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => beat(rude.api.at(n % 2 === 0 ? here.url : there.url))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(30);
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await beat(other.api)).status).toBe(200);
  });
});
