import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceRepository } from '../../../src/application/ports/device-repository.js';
import type { UnitOfWork } from '../../../src/application/ports/unit-of-work.js';
import { provide, use } from '../../../src/composition/provide.js';
import * as port from '../../../src/composition/tokens.js';
import type { ApiAnswer, Json } from '../../support/api-client.js';
import { ApiClient, newDevice, signIn } from '../../support/api-client.js';
import { environment } from '../../support/environment.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const path = '/api/v1/device';
const stores = {
  'in process': () => ({}),
  'in Redis': () => ({
    REDIS_URL: environment('FIELDGATE_TEST_REDIS_URL'),
    REDIS_PREFIX: `guessing-${randomBytes(4).toString('hex')}`,
  }),
};

interface Provisioned {
  readonly device: { readonly id: string };
  readonly activationCode: string;
}

describe.each(Object.entries(stores))('guessing, with budgets %s', (_, store) => {
  let opened: OpenedGateway;
  let admin: ApiClient;
  let anybody: ApiClient;

  beforeAll(async () => {
    opened = await openGateway({
      environment: { ...store(), RATE_SIGN_IN_PER_ADDRESS: '100000', RATE_USER_PER_MINUTE: '100000' },
    });
    admin = await signIn(opened.url);
    anybody = new ApiClient(opened.url);
  });
  afterAll(() => opened.close());

  const provision = async (): Promise<{ id: string; code: string }> => {
    const { body } = await admin.post<Provisioned>('/api/v1/customer/devices/provision', { name: 'Till' });
    return { id: body.device.id, code: body.activationCode };
  };
  const auth = (deviceId: string, deviceSecret = 'guess') =>
    anybody.post(`${path}/auth`, { deviceId, deviceSecret });
  const register = (deviceId: string, activationCode = 'AAAA-BBBB-CCCC-DDDD') =>
    anybody.post(`${path}/register`, { deviceId, activationCode });
  const told = ({ status, body }: ApiAnswer<Json>) => [status, { ...body, requestId: '' }];
  const kinds = async (id: string) => {
    const { body } = await admin.get<{ items: { kind: string }[] }>(
      `/api/v1/customer/activity?subject=device:${id}`,
    );
    return body.items.map(({ kind }) => kind);
  };

  it('closes a device id to guesses, and never to the right secret', async () => {
    const { id, secret } = await newDevice(admin);
    const guesses: number[] = [];
    for (let n = 0; n < 11; n += 1) guesses.push((await auth(id)).status);
    expect(guesses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    const refused = await auth(id);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    expect(refused.headers.get('ratelimit')).toMatch(/"sign-in-device";r=0;t=\d+$/);
    // Also while others go on guessing.
    const [right] = await Promise.all([auth(id, secret), auth(id), auth(id)]);
    expect(right.status).toBe(200);
    expect(right.headers.get('ratelimit')).toContain('"sign-in-proven";r=');
    const unknown: number[] = [];
    for (let n = 0; n < 11; n += 1) unknown.push((await auth('nobody-at-all')).status);
    expect(unknown).toEqual(guesses);
  });

  it('bounds the sign-ins of a device that has its secret, too', async () => {
    const { id, secret } = await newDevice(admin);
    const statuses: number[] = [];
    for (let n = 0; n < 10; n += 1) statuses.push((await auth(id, secret)).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(9);
    expect(statuses.at(-1)).toBe(429);
  });

  it('voids a code after five wrong ones, also when they come at once, until an admin issues another one', async () => {
    const { id, code } = await provision();
    const wrong = await Promise.all(Array.from({ length: 5 }, () => register(id)));
    expect(wrong.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    const right = await register(id, code);
    expect(told(right)).toEqual(told(wrong[0] ?? right));
    expect((await kinds(id)).filter((kind) => kind === 'device.activation_code_voided')).toHaveLength(1);
    const issued = await admin.post<Provisioned>(`/api/v1/customer/devices/${id}/activation-code`);
    expect((await register(id, issued.body.activationCode)).status).toBe(201);
  });

  it('lets the right code in after four wrong ones', async () => {
    const { id, code } = await provision();
    await Promise.all(Array.from({ length: 4 }, () => register(id)));
    expect((await register(id, code)).status).toBe(201);
  });

  it('gets one answer, whatever it is that is wrong', async () => {
    const fresh = await provision();
    const used = await newDevice(admin);
    const retired = await provision();
    await admin.post(`/api/v1/customer/devices/${retired.id}/retire`);
    const codes = [
      await register(fresh.id),
      await register('nobody-of-that-name'),
      await register(used.id),
      await register(retired.id, retired.code),
      await register(fresh.id, retired.code),
    ];
    expect(new Set(codes.map((answer) => JSON.stringify(told(answer)))).size).toBe(1);
    const secrets = [
      await auth(fresh.id),
      await auth('nobody-of-that-name'),
      await auth(used.id),
      await auth(retired.id),
    ];
    expect(new Set(secrets.map((answer) => JSON.stringify(told(answer)))).size).toBe(1);
  });
});

/** What is found out and noted about a device takes time; here so much that it shows through the noise of a test. */
const slowerForKnownDevices = (work: UnitOfWork): UnitOfWork => ({
  run: (body) =>
    work.run((transaction) => {
      const devices: DeviceRepository = {
        add: (device) => transaction.devices.add(device),
        save: (device) => transaction.devices.save(device),
        lock: async (deviceId) => {
          const device = await transaction.devices.lock(deviceId);
          if (device !== null) await sleep(60);
          return device;
        },
      };
      return body({ ...transaction, devices });
    }),
});

/** Few enough to be quick, and so many that noise alone reaches a rank share of 0.2 or 0.8 once in two thousand runs. */
const samples = 24;

describe('the time of a refusal', () => {
  let opened: OpenedGateway;
  let admin: ApiClient;
  beforeAll(async () => {
    opened = await openGateway({
      environment: { RATE_SIGN_IN_PER_ADDRESS: '100000' },
      override: (container) => {
        const work = use(container, port.UNIT_OF_WORK);
        provide(container, port.UNIT_OF_WORK, () => slowerForKnownDevices(work));
      },
    });
    admin = await signIn(opened.url);
  });
  afterAll(() => opened.close());

  const provision = async (): Promise<string> => {
    const { body } = await admin.post<Provisioned>('/api/v1/customer/devices/provision', { name: 'Till' });
    return body.device.id;
  };
  const proofs = { auth: { deviceSecret: 'guess' }, register: { activationCode: 'AAAA-BBBB-CCCC-DDDD' } };

  it.each(['auth', 'register'] as const)(
    'does not tell whether a device exists: %s',
    async (way) => {
      const timed = async (deviceId: string) => {
        const from = performance.now();
        const answer = await new ApiClient(opened.url).post(`${path}/${way}`, { deviceId, ...proofs[way] });
        expect(answer.status).toBe(401);
        return performance.now() - from;
      };
      const ids: string[] = [];
      for (let n = 0; n < samples; n += 1) ids.push(await provision());
      await timed('warm-up');
      // One probe per device, as whoever collects ids would do it, each beside one of a device that is not there.
      const known: number[] = [];
      const unknown: number[] = [];
      for (const [n, id] of ids.entries()) {
        const pair = [() => timed(id), () => timed(`unknown-${way}-${n}`)];
        // Both meet the same load, and each is the first of the two as often as the other.
        const [first, second] = await Promise.all(
          (n % 2 === 0 ? pair : pair.reverse()).map((take) => take()),
        );
        known.push((n % 2 === 0 ? first : second) ?? 0);
        unknown.push((n % 2 === 0 ? second : first) ?? 0);
      }
      const later = known.flatMap((one) => unknown.map((other): number => (one > other ? 1 : 0)));
      const share = later.reduce((sum, one) => sum + one, 0) / later.length;
      // 0.5 when nothing can be told, 1 when every refusal of a device that exists takes longer.
      expect(Math.abs(share - 0.5)).toBeLessThan(0.3);
    },
    60_000,
  );
});
