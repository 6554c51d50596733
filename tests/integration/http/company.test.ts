import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { ApiClient, ClaimedJson, Json, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose, signIn, stateOf } from '../../support/api-client.js';
import { environment } from '../../support/environment.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const stores = {
  'in process': () => ({}),
  'in Redis': () => ({
    REDIS_URL: environment('FIELDGATE_TEST_REDIS_URL'),
    REDIS_PREFIX: `company-${randomBytes(4).toString('hex')}`,
  }),
};

describe.each(Object.entries(stores))('with the dispatch store %s', (_, store) => {
  let gateway: OpenedGateway;
  let admin: ApiClient;
  let device: TestDevice;

  beforeAll(async () => {
    gateway = await openGateway({ environment: { ...store(), RATE_DEVICE_PER_MINUTE: '100000' } });
    admin = await signIn(gateway.url);
  });
  afterAll(() => gateway.close());
  beforeEach(async () => {
    device = await newDevice(admin);
  });

  const take = async (body: object = {}): Promise<readonly ClaimedJson[]> =>
    claim(device.api, { limit: 10, ...body });
  const takenIds = async (body: object = {}) => (await take(body)).map(({ id }) => id);
  const finish = ({ id, claimToken }: ClaimedJson, status = 'succeeded') =>
    device.api.post(`/api/v1/device/commands/${id}/result`, { claimToken, status });
  const one = async (body: object = {}): Promise<ClaimedJson> => {
    const [first] = await take(body);
    if (first === undefined) throw new Error('nothing was there to claim');
    return first;
  };
  const read = async (id: string): Promise<Json> => (await admin.get(`/api/v1/customer/commands/${id}`)).body;
  const reasonsOf = async (id: string): Promise<unknown> =>
    (await admin.get(`/api/v1/customer/commands/${id}/explain`)).body['reasons'];
  const queue = (act: 'pause' | 'resume', body?: object) =>
    admin.post(`/api/v1/customer/devices/${device.id}/queue/${act}`, body);

  describe('a lane', () => {
    it('hands out one command at a time, in the order of acceptance', async () => {
      const ids = [await propose(admin, device.id, { lane: 'disk' })];
      ids.push(await propose(admin, device.id, { lane: 'disk', priority: 50 }));
      ids.push(await propose(admin, device.id, { lane: 'disk' }));
      const free = await propose(admin, device.id);
      const taken: string[] = [];
      let commands = await take();
      expect(commands.map(({ id }) => id).sort()).toEqual([ids[0], free].sort());
      while (commands.length > 0) {
        taken.push(...commands.map(({ id }) => id).filter((id) => id !== free));
        for (const command of commands) await finish(command);
        commands = await take();
      }
      expect(taken).toEqual(ids);
    });

    it('keeps its order when the first is given back and waits', async () => {
      const [first, second] = [
        await propose(admin, device.id, { lane: 'disk' }),
        await propose(admin, device.id, { lane: 'disk' }),
      ];
      const { id, claimToken } = await one();
      expect(id).toBe(first);
      await device.api.post(`/api/v1/device/commands/${id}/release`, { claimToken, delayMs: 300 });
      expect(await takenIds()).toEqual([]);
      expect(await reasonsOf(second)).toMatchObject([
        { reason: 'behind_command', detail: { commandId: first } },
      ]);
      const again = await one({ waitMs: 5_000 });
      expect(again).toMatchObject({ id: first, attempt: 2 });
      expect(await takenIds()).toEqual([]);
      await finish(again, 'failed');
      expect(await takenIds()).toEqual([second]);
    });

    it('wakes a parked poll when the predecessor has ended, by result or by cancelling', async () => {
      await propose(admin, device.id, { lane: 'disk' });
      const second = await propose(admin, device.id, { lane: 'disk' });
      const third = await propose(admin, device.id, { lane: 'disk' });
      const running = await one();
      const parked = takenIds({ waitMs: 4_000 });
      await finish(running);
      expect(await parked).toEqual([second]);
      const last = await propose(admin, device.id, { lane: 'side', notBefore: null });
      expect(await takenIds()).toEqual([last]);
      await admin.post(`/api/v1/customer/commands/${second}/cancel`);
      expect(await takenIds()).toEqual([]);
      expect(await stateOf(admin, third)).toBe('queued');
    });

    it('lets the next begin when the first never does', async () => {
      const waiting = await admin.post<{ id: string }>(`/api/v1/customer/devices/${device.id}/commands`, {
        type: 'restart_service',
        parameters: { service: 'kiosk' },
        lane: 'disk',
      });
      const second = await propose(admin, device.id, { lane: 'disk' });
      expect(await takenIds()).toEqual([]);
      const parked = takenIds({ waitMs: 4_000 });
      await admin.post(`/api/v1/customer/commands/${waiting.body.id}/cancel`);
      expect(await parked).toEqual([second]);
    });
  });

  describe('a dedupe key', () => {
    it('lets the newest take the place of one that has not begun', async () => {
      const old = await propose(admin, device.id, { dedupeKey: 'status' });
      const other = await propose(admin, device.id, { dedupeKey: 'other' });
      const newest = await propose(admin, device.id, { dedupeKey: 'status' });
      expect(await read(old)).toMatchObject({
        state: 'cancelled',
        reason: 'superseded',
        dedupeKey: 'status',
      });
      expect((await takenIds()).sort()).toEqual([other, newest].sort());
    });

    it('lets one that has begun end before the newest begins, and keeps only the newest waiting', async () => {
      const first = await propose(admin, device.id, { dedupeKey: 'status' });
      const running = await one();
      const second = await propose(admin, device.id, { dedupeKey: 'status' });
      const third = await propose(admin, device.id, { dedupeKey: 'status' });
      expect(running.id).toBe(first);
      expect(await takenIds()).toEqual([]);
      expect(await stateOf(admin, second)).toBe('cancelled');
      expect(await stateOf(admin, first)).toBe('claimed');
      const parked = takenIds({ waitMs: 4_000 });
      await finish(running);
      expect(await parked).toEqual([third]);
    });

    it('leaves everything as it is when the newer one is refused, or is the same one again', async () => {
      const old = await propose(admin, device.id, { dedupeKey: 'status' });
      const refused = await admin.post(`/api/v1/customer/devices/${device.id}/commands`, {
        type: 'ping',
        parameters: { host: '; reboot' },
        dedupeKey: 'status',
      });
      expect(refused.status).toBe(400);
      const keyed = admin.with({ 'idempotency-key': 'once' });
      expect(await stateOf(admin, old)).toBe('queued');
      const newer = await propose(keyed, device.id, { dedupeKey: 'status' });
      expect(await propose(keyed, device.id, { dedupeKey: 'status' })).toBe(newer);
      expect(await takenIds()).toEqual([newer]);
    });

    it('keeps one of many that are proposed at once', async () => {
      const ids = await Promise.all(
        Array.from({ length: 12 }, () => propose(admin, device.id, { dedupeKey: 'status' })),
      );
      const states = await Promise.all(ids.map((id) => stateOf(admin, id)));
      expect(states.filter((state) => state === 'queued')).toHaveLength(1);
      expect(states.filter((state) => state === 'cancelled')).toHaveLength(11);
      expect(await take()).toHaveLength(1);
    });

    it.each(['', 'a\u0000b', 'a\nb', 'x'.repeat(129)])('is refused as %j', async (key) => {
      for (const field of ['lane', 'dedupeKey']) {
        const { status, body } = await admin.post(`/api/v1/customer/devices/${device.id}/commands`, {
          type: 'system_info',
          parameters: {},
          [field]: key,
        });
        expect([status, body['code']]).toEqual([400, 'invalid_request']);
      }
    });
  });

  describe('a paused queue', () => {
    it('hands out nothing new, and everything in its old order once it is resumed', async () => {
      const running = await propose(admin, device.id);
      const held = await one();
      const ids = [await propose(admin, device.id), await propose(admin, device.id)];
      expect((await queue('pause', { reason: 'Stock-taking' })).body).toMatchObject({
        deviceId: device.id,
        pause: { reason: 'Stock-taking' },
      });
      ids.push(await propose(admin, device.id));
      expect(await takenIds()).toEqual([]);
      expect(await reasonsOf(ids[0] ?? '')).toMatchObject([
        { reason: 'queue_paused', detail: { reason: 'Stock-taking' } },
      ]);
      expect((await finish(held)).status).toBe(200);
      expect(await stateOf(admin, running)).toBe('succeeded');
      const status = await admin.get(`/api/v1/customer/devices/${device.id}/status`);
      expect(status.body['queue']).toMatchObject({ depth: 3, pause: { reason: 'Stock-taking' } });

      const parked = takenIds({ waitMs: 4_000 });
      expect((await queue('resume')).body).toEqual({ deviceId: device.id, pause: null });
      const taken = [...(await parked), ...(await takenIds())];
      expect(taken).toEqual(ids);
    });

    it('says since when and why it was paused first, however often it is asked', async () => {
      const first = await queue('pause', { reason: 'first' });
      expect((await queue('pause', { reason: 'second' })).body).toEqual(first.body);
      expect((await queue('resume')).status).toBe(200);
      expect((await queue('resume')).status).toBe(200);
    });

    it('is nobody else’s, and refuses what it does not know', async () => {
      const nowhere = await admin.post('/api/v1/customer/devices/nowhere/queue/pause');
      expect([nowhere.status, nowhere.body['code']]).toEqual([404, 'not_found']);
      const unknown = await queue('pause', { until: 'tomorrow' });
      expect([unknown.status, unknown.body['code']]).toEqual([400, 'invalid_request']);
      expect((await admin.get(`/api/v1/customer/devices/${device.id}/status`)).body['queue']).toMatchObject({
        pause: null,
      });
    });
  });
});
