import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AddMember } from '../../../src/application/customer/add-member.js';
import { createLogger } from '../../../src/composition/logger.js';
import { operatorOperations } from '../../../src/composition/operator.js';
import { use } from '../../../src/composition/provide.js';
import type { Cause } from '../../../src/domain/activity/activity-entry.js';
import type { Role } from '../../../src/domain/customer/role.js';
import type { ApiClient, Json, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, signIn, stateOf } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const path = '/api/v1/customer';
const nobodys = '018f2b6e-0000-7000-8000-0000000000c0';
const operator: Cause = { actor: { kind: 'cli', id: 'operator' }, requestId: null };
const restart = { type: 'restart_service', parameters: { service: 'kiosk' } };
const look = { type: 'system_info', parameters: {} };

let gateway: OpenedGateway;
let admin: ApiClient;
let approver: ApiClient;
let viewer: ApiClient;
let device: TestDevice;

beforeAll(async () => {
  gateway = await openGateway();
  admin = await signIn(gateway.url);
  approver = await newMember('Ann', 'approver');
  viewer = await newMember('Vic', 'viewer');
});
afterAll(() => gateway.close());
beforeEach(async () => {
  device = await newDevice(admin);
});

async function newMember(name: string, role: Role): Promise<ApiClient> {
  const account = { email: `${name.toLowerCase()}@test.example`, password: 'a-long-enough-password' };
  const operations = operatorOperations(() => gateway.config, createLogger('silent', false));
  const made = await operations.withUseCases(({ createUser }) =>
    Promise.resolve(createUser?.({ ...account, name })),
  );
  const customerId = String((await admin.get(`${path}/me`)).body['customerId']);
  const member = { customerId, userId: made?.userId ?? '', name, role };
  await use(gateway.container, AddMember).execute({ member, cause: operator });
  return signIn(gateway.url, account);
}

const open = (body: object = {}, member = admin) =>
  member.post<Json & { id: string }>(`${path}/sessions`, {
    deviceId: device.id,
    type: 'diagnostic',
    ...body,
  });
const sessionOf = async (body: object = {}): Promise<string> => (await open(body)).body.id;
const read = async (id: string): Promise<Json> => (await admin.get(`${path}/sessions/${id}`)).body;
const close = (id: string, member = admin) => member.post(`${path}/sessions/${id}/close`);
const proposeIn = (id: string, body: object = look) =>
  admin.post<Json & { id: string; approval: { digest: string } | null }>(
    `${path}/sessions/${id}/commands`,
    body,
  );
const commandOf = async (id: string): Promise<Json> => (await admin.get(`${path}/commands/${id}`)).body;

describe('a support session', () => {
  it('is opened on a device, shown, listed, and closed once', async () => {
    const { status, body } = await open({
      type: 'remediation',
      description: 'No receipts',
      expiresInMs: 60_000,
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      deviceId: device.id,
      customerId: expect.any(String),
      type: 'remediation',
      description: 'No receipts',
      status: 'active',
      openedBy: { kind: 'member', id: expect.any(String), name: 'Administrator' },
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      closedAt: null,
      closeReason: null,
    });
    expect(Date.parse(String(body['expiresAt'])) - Date.parse(String(body['createdAt']))).toBe(60_000);
    expect(await read(body.id)).toEqual({ ...body, commands: [] });
    const { body: shown } = await admin.get(`${path}/devices/${device.id}/status`);
    expect(shown['activeSession']).toEqual(body);
    const { body: list } = await viewer.get(`${path}/sessions?deviceId=${device.id}&status=active`);
    expect(list).toEqual({ items: [body], nextCursor: null });
    const closed = await close(body.id);
    expect([closed.status, closed.body]).toEqual([
      200,
      { ...body, status: 'closed', closedAt: expect.any(String), closeReason: 'closed_by_person' },
    ]);
    expect((await close(body.id)).body).toEqual(closed.body);
    const { body: after } = await admin.get(`${path}/devices/${device.id}/status`);
    expect(after['activeSession']).toBeNull();
  });

  it('is one at most on a device, and the refusal names it', async () => {
    const opened = await Promise.all(Array.from({ length: 6 }, () => open()));
    expect(opened.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    const first = opened.find(({ status }) => status === 201);
    const refused = opened.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: 'session_active', sessionId: first?.body.id });
    await close(first?.body.id ?? '');
    expect((await open()).status).toBe(201);
  });

  it('is opened once for one idempotency key', async () => {
    const keyed = admin.with({ 'idempotency-key': `open-${device.id}` });
    const [first, second] = [await open({}, keyed), await open({}, keyed)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('tells its story: its own entries and those of its commands, and no others', async () => {
    await admin.post(`${path}/devices/${device.id}/commands`, look);
    const id = await sessionOf();
    const { body: first } = await proposeIn(id);
    const { body: second } = await proposeIn(id, restart);
    await claim(device.api, { limit: 10 });
    await close(id);
    const timeline = `${path}/sessions/${id}/timeline`;
    const { body } = await viewer.get<{ items: { seq: number; kind: string; subject: Json; data: Json }[] }>(
      timeline,
    );
    expect(body.items.map(({ kind, subject }) => [kind, subject['id']])).toEqual([
      ['session.opened', id],
      ['command.proposed', first.id],
      ['command.proposed', second.id],
      ['command.claimed', first.id],
      ['command.cancelled', second.id],
      ['session.closed', id],
    ]);
    expect(body.items[4]?.data).toMatchObject({ reason: 'session_closed', sessionId: id });
    const seqs = body.items.map(({ seq }) => seq);
    expect(seqs.toSorted((one, other) => one - other)).toEqual(seqs);
    const rest = await viewer.get<{ items: { seq: number }[] }>(
      `${timeline}?after=${String(seqs[3])}&limit=1`,
    );
    expect(rest.body.items.map(({ seq }) => seq)).toEqual([seqs[4]]);
  });

  it.each([
    ['of no type', { type: undefined }],
    ['of a type that nobody knows', { type: 'party' }],
    ['for less than a second', { expiresInMs: 999 }],
    ['for more than a day', { expiresInMs: 86_400_001 }],
    ['with a member that nobody knows', { owner: 'me' }],
    ['on a device id that cannot be one', { deviceId: 'a b' }],
  ])('is not opened %s', async (_, body) => {
    expect(await open(body)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('needs an operator, and a device that is there and not out of service', async () => {
    expect(await open({}, viewer)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await open({ deviceId: 'no-such-device' })).toMatchObject({ status: 404 });
    await admin.post(`${path}/devices/${device.id}/suspend`);
    expect(await open()).toMatchObject({ status: 409, body: { code: 'device_not_active' } });
  });

  it('that is not there is not found, whatever is asked of it', async () => {
    for (const id of [nobodys, 'no-session']) {
      expect((await admin.get(`${path}/sessions/${id}`)).status).toBe(404);
      expect((await close(id)).status).toBe(404);
      expect((await proposeIn(id)).status).toBe(404);
      expect((await admin.get(`${path}/sessions/${id}/timeline`)).status).toBe(404);
    }
  });
});

describe('a command of a session', () => {
  it('belongs to it, runs on its device, and does not outlive it', async () => {
    const id = await sessionOf({ expiresInMs: 120_000 });
    const { status, body } = await proposeIn(id);
    expect([status, body]).toMatchObject([201, { sessionId: id, deviceId: device.id, state: 'queued' }]);
    const session = await read(id);
    expect(body['expiresAt']).toBe(session['expiresAt']);
    expect(session['commands']).toEqual([body]);
    expect((await claim(device.api)).map(({ id: claimed }) => claimed)).toEqual([body.id]);
  });

  it('that could begin only after it is refused', async () => {
    const id = await sessionOf({ expiresInMs: 60_000 });
    const notBefore = new Date(Date.now() + 120_000).toISOString();
    expect(await proposeIn(id, { ...look, notBefore })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'notBefore' }] },
    });
  });

  it('is approved through its session, and through no other', async () => {
    const id = await sessionOf();
    const { body: waiting } = await proposeIn(id, restart);
    const vote = { commandId: waiting.id, approved: true, digest: waiting.approval?.digest };
    const other = await newDevice(admin);
    const { body: elsewhere } = await open({ deviceId: other.id });
    const approve = (session: string) => approver.post(`${path}/sessions/${session}/approve`, vote);
    expect(await approve(elsewhere.id)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await commandOf(waiting.id)).toMatchObject({ state: 'awaiting_approval' });
    expect(await approve(id)).toMatchObject({ status: 200, body: { id: waiting.id, state: 'queued' } });
    expect((await claim(device.api)).map(({ id: claimed }) => claimed)).toEqual([waiting.id]);
  });

  it('is called off with it when it has not begun; what runs goes on, and is not begun again', async () => {
    const id = await sessionOf();
    const { body: running } = await proposeIn(id);
    const [taken] = await claim(device.api);
    const { body: waiting } = await proposeIn(id, restart);
    const { body: queued } = await proposeIn(id);
    const { body: alone } = await admin.post<{ id: string }>(`${path}/devices/${device.id}/commands`, look);
    await close(id);
    for (const { id: gone } of [waiting, queued]) {
      expect(await commandOf(gone)).toMatchObject({ state: 'cancelled', reason: 'session_closed' });
    }
    expect(await commandOf(running.id)).toMatchObject({ state: 'claimed', cancelRequestedAt: null });
    expect((await claim(device.api)).map(({ id: claimed }) => claimed)).toEqual([alone.id]);
    const released = await device.api.post(`/api/v1/device/commands/${running.id}/release`, {
      claimToken: taken?.claimToken,
    });
    expect(released.body).toEqual({ state: 'cancelled' });
    expect(await claim(device.api)).toEqual([]);
    const vote = { approved: true, digest: waiting.approval?.digest };
    expect(await approver.post(`${path}/approvals/${waiting.id}/decision`, vote)).toMatchObject({
      status: 409,
      body: { code: 'command_finished', state: 'cancelled' },
    });
    expect(await proposeIn(id)).toMatchObject({ status: 409, body: { code: 'session_not_active' } });
  });

  it('is called off when the time of its session is over, by the clock of the server', async () => {
    const id = await sessionOf({ expiresInMs: 1_000 });
    const { body: queued } = await proposeIn(id);
    const { body: waiting } = await proposeIn(id, restart);
    await eventually(async () => {
      expect(await read(id)).toMatchObject({ status: 'expired' });
    });
    for (const { id: gone } of [waiting, queued]) {
      expect(await commandOf(gone)).toMatchObject({ state: 'cancelled', reason: 'session_expired' });
    }
    expect(await claim(device.api)).toEqual([]);
    expect(await proposeIn(id)).toMatchObject({ status: 409, body: { code: 'session_not_active' } });
    // Whether or not the sweeper has been there yet, the next one may come.
    expect((await open()).status).toBe(201);
    expect(await read(id)).toMatchObject({ status: 'expired', closeReason: null });
  });

  it.each([
    ['suspend', 'device_suspended'],
    ['retire', 'device_retired'],
  ])('is called off when its device is out of service: %s', async (act, reason) => {
    const id = await sessionOf();
    const { body: running } = await proposeIn(id);
    await claim(device.api);
    const { body: queued } = await proposeIn(id);
    await admin.post(`${path}/devices/${device.id}/${act}`);
    expect(await read(id)).toMatchObject({ status: 'closed', closeReason: reason });
    expect(await commandOf(queued.id)).toMatchObject({ state: 'cancelled', reason });
    expect(await commandOf(running.id)).toMatchObject({
      state: 'claimed',
      cancelRequestedAt: expect.any(String),
    });
    expect(await stateOf(admin, running.id)).toBe('claimed');
  });
});
