import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { commandSchema } from '../../src/interfaces/http/customer/command-schema.js';
import { issuedCodeSchema } from '../../src/interfaces/http/customer/issued-code.js';
import { deviceStatusSchema } from '../../src/interfaces/http/customer/present-device-status.js';
import { deviceSchema } from '../../src/interfaces/http/customer/present-device.js';
import { claimedSchema } from '../../src/interfaces/http/device/claimed-command.js';
import { heartbeatAnswer } from '../../src/interfaces/http/device/heartbeat-schema.js';
import type { ApiAnswer, Json, TestDevice } from '../support/api-client.js';
import { ApiClient, newDevice, signIn } from '../support/api-client.js';
import type { OpenedGateway } from '../support/http/open-gateway.js';
import { openGateway } from '../support/http/open-gateway.js';

const customerPath = '/api/v1/customer';
const devicePath = '/api/v1/device';
const nobodysCommand = '018f2b6e-0000-7000-8000-0000000000c0';

let opened: OpenedGateway;
let admin: ApiClient;
let anybody: ApiClient;

beforeAll(async () => {
  opened = await openGateway();
  admin = await signIn(opened.url);
  anybody = new ApiClient(opened.url);
});

afterAll(async () => {
  await opened.close();
});

/** The body, checked against the very schema that the document shows; nothing may be missing or too much. */
function shaped<Schema extends z.ZodType>(schema: Schema, { body }: ApiAnswer): z.output<Schema> {
  return schema.parse(body);
}

const outcome = ({ status, body }: ApiAnswer): [number, unknown] => [status, body['code'] ?? null];

const propose = (device: TestDevice, body: object = {}) =>
  admin.post(`${customerPath}/devices/${device.id}/commands`, {
    type: 'system_info',
    parameters: {},
    ...body,
  });

async function claimOne(device: TestDevice, body: object = {}) {
  const answer = await device.api.post<{ commands: readonly Json[] }>(`${devicePath}/commands/claim`, body);
  return claimedSchema.parse(answer.body.commands[0]);
}

describe('a device, from provisioning to its end', () => {
  it('is provisioned, registered, signed in, renamed, suspended, resumed and retired', async () => {
    const provisioned = await admin.post(`${customerPath}/devices/provision`, {
      deviceId: 'kiosk-1',
      name: 'Kiosk',
      labels: ['lobby'],
    });
    expect([provisioned.status, provisioned.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const issued = shaped(issuedCodeSchema, provisioned);
    expect(issued.device).toMatchObject({ id: 'kiosk-1', lifecycle: 'provisioned', connection: 'never' });
    expect(issued.instructions).toContain(
      `--url ${opened.url} --device-id kiosk-1 --activation-code ${issued.activationCode}`,
    );
    const taken = await admin.post(`${customerPath}/devices/provision`, {
      deviceId: 'kiosk-1',
      name: 'Kiosk',
    });
    expect(outcome(taken)).toEqual([409, 'device_exists']);

    const wrong = await anybody.post(`${devicePath}/register`, {
      deviceId: 'kiosk-1',
      activationCode: 'WRONG',
    });
    expect(outcome(wrong)).toEqual([401, 'invalid_activation_code']);
    const registered = await anybody.post<Record<string, unknown>>(`${devicePath}/register`, {
      deviceId: 'kiosk-1',
      activationCode: issued.activationCode.toLowerCase(),
      metadata: { model: 'K9', agentVersion: '1.0.0' },
    });
    expect(registered.status).toBe(201);
    expect(Object.keys(registered.body).sort()).toEqual([
      'customerId',
      'deviceId',
      'deviceSecret',
      'grantKeys',
      'heartbeatIntervalMs',
    ]);

    const credentials = { deviceId: 'kiosk-1', deviceSecret: registered.body['deviceSecret'] };
    const signedIn = await anybody.post(`${devicePath}/auth`, credentials);
    expect(Object.keys(signedIn.body).sort()).toEqual(['deviceId', 'expiresInMs', 'token']);
    const device = anybody.with({ 'x-device-token': String(signedIn.body['token']) });
    const beat = await device.post(`${devicePath}/heartbeat`, { status: 'ok', metrics: { cpu: 0.25 } });
    expect(shaped(heartbeatAnswer, beat)).toMatchObject({ pendingCommands: 0, cancelRequested: [] });

    const renamed = await admin.send('PATCH', `${customerPath}/devices/kiosk-1`, {
      name: 'Lobby',
      location: 'Ghent',
    });
    expect(shaped(deviceSchema, renamed)).toMatchObject({
      name: 'Lobby',
      location: 'Ghent',
      connection: 'online',
    });
    const status = await admin.get(`${customerPath}/devices/kiosk-1/status`);
    expect(shaped(deviceStatusSchema, status)).toMatchObject({
      connection: 'online',
      status: 'ok',
      metrics: { latest: { cpu: 0.25 }, lastHour: [{ cpu: 0.25 }] },
      queue: { depth: 0, oldestAgeMs: null },
    });

    const acts: unknown[] = [];
    for (const act of ['suspend', 'suspend', 'resume', 'retire', 'resume']) {
      const answer = await admin.post(`${customerPath}/devices/kiosk-1/${act}`);
      acts.push(answer.body['lifecycle']);
      if (answer.status === 200) shaped(deviceSchema, answer);
      if (act === 'suspend') {
        expect(outcome(await device.post(`${devicePath}/heartbeat`, { status: 'ok' }))).toEqual([
          401,
          'unauthenticated',
        ]);
        expect(outcome(await anybody.post(`${devicePath}/auth`, credentials))).toEqual([
          403,
          'device_suspended',
        ]);
      }
    }
    expect(acts).toEqual(['suspended', 'suspended', 'active', 'retired', 'retired']);
    expect(outcome(await anybody.post(`${devicePath}/auth`, credentials))).toEqual([403, 'device_retired']);
  });

  it('is found by its connection, its life cycle, its label and a part of its name', async () => {
    await admin.post(`${customerPath}/devices/provision`, { name: 'Needle in Aalst', labels: ['sewing'] });
    const found = async (query: string) => {
      const { body } = await admin.get<{ items: Json[] }>(`${customerPath}/devices?${query}`);
      return body.items.map((item) => deviceSchema.parse(item).name);
    };
    expect(await found('status=never')).toContain('Needle in Aalst');
    expect(await found('status=active')).not.toContain('Needle in Aalst');
    expect(await found('label=sewing')).toEqual(['Needle in Aalst']);
    expect(await found('q=needle')).toEqual(['Needle in Aalst']);
    expect(outcome(await admin.get(`${customerPath}/devices?cursor=made-up`))).toEqual([
      400,
      'invalid_request',
    ]);
  });

  it('is signed out everywhere, gets a new secret and a new code', async () => {
    const device = await newDevice(admin);
    const rotated = await device.api.post(`${devicePath}/secret/rotate`);
    expect([rotated.status, Object.keys(rotated.body).sort()]).toEqual([
      200,
      ['deviceSecret', 'previousValidForMs'],
    ]);
    const out = await admin.send('DELETE', `${customerPath}/devices/${device.id}/tokens`);
    expect(out.status).toBe(204);
    expect((await device.api.post(`${devicePath}/heartbeat`, { status: 'ok' })).status).toBe(401);
    const code = await admin.post(`${customerPath}/devices/${device.id}/activation-code`);
    expect(code.status).toBe(201);
    expect(shaped(issuedCodeSchema, code).device.id).toBe(device.id);
  });
});

describe('a command, from its proposal to its end', () => {
  let device: TestDevice;

  beforeAll(async () => {
    device = await newDevice(admin);
  });

  it('is proposed, explained, claimed, extended, reported on and done', async () => {
    const proposed = await propose(device, { reason: 'just looking', priority: 5 });
    expect(proposed.status).toBe(201);
    const command = shaped(commandSchema, proposed);
    expect(command).toMatchObject({
      state: 'queued',
      reason: 'just looking',
      attempt: 0,
      approval: null,
      priority: 5,
    });

    const explained = await admin.get<{ reasons: Json[] }>(`${customerPath}/commands/${command.id}/explain`);
    expect(Object.keys(explained.body.reasons[0] ?? {}).sort()).toEqual(['detail', 'reason', 'since']);

    const claimed = await claimOne(device, { attemptId: 'a-1' });
    expect(claimed).toMatchObject({ id: command.id, attempt: 1, cancelRequested: false });
    expect(await claimOne(device, { attemptId: 'a-1' })).toMatchObject({
      claimToken: claimed.claimToken,
      attempt: 1,
    });

    const under = `${devicePath}/commands/${claimed.id}`;
    const { claimToken } = claimed;
    const extended = await device.api.post(`${under}/extend`, { claimToken, extensionMs: 120_000 });
    expect(extended.body).toEqual({ visibleForMs: 120_000, cancelRequested: false });
    expect(outcome(await device.api.post(`${under}/extend`, { claimToken, extensionMs: 999 }))).toEqual([
      400,
      'invalid_request',
    ]);
    const progress = await device.api.post(`${under}/progress`, { claimToken, percent: 50, message: 'half' });
    expect(progress.body).toEqual({ cancelRequested: false });

    const report = { claimToken, status: 'succeeded', output: 'ok', data: { cores: 2 }, durationMs: 12 };
    const first = await device.api.post(`${under}/result`, report);
    const again = await device.api.post(`${under}/result`, report);
    const other = await device.api.post(`${under}/result`, { ...report, output: 'else' });
    expect([first.body, again.body]).toEqual([
      { state: 'succeeded', late: false },
      { state: 'succeeded', late: false },
    ]);
    expect(outcome(other)).toEqual([409, 'result_conflict']);
    const ended = await device.api.post(`${under}/extend`, { claimToken, extensionMs: 1_000 });
    expect(ended).toMatchObject({ status: 409, body: { code: 'command_finished', state: 'succeeded' } });

    const read = shaped(commandSchema, await admin.get(`${customerPath}/commands/${command.id}`));
    expect(read).toMatchObject({
      state: 'succeeded',
      progress: { percent: 50, message: 'half' },
      result: { status: 'succeeded', output: 'ok', data: { cores: 2 }, durationMs: 12, late: false },
    });
  });

  it('is refused to strangers, forgers and other devices, in the same words', async () => {
    const other = await newDevice(admin);
    await propose(device);
    const { id, claimToken } = await claimOne(device);
    const extend = (api: ApiClient, command: string, token: string) =>
      api.post(`${devicePath}/commands/${command}/extend`, { claimToken: token, extensionMs: 1_000 });
    expect(outcome(await extend(other.api, id, claimToken))).toEqual([404, 'command_not_found']);
    expect(outcome(await extend(device.api, nobodysCommand, claimToken))).toEqual([404, 'command_not_found']);
    expect(outcome(await extend(device.api, id, 'forged'))).toEqual([409, 'claim_superseded']);
    const released = await device.api.post(`${devicePath}/commands/${id}/release`, { claimToken });
    expect(released.body).toEqual({ state: 'queued' });
  });

  it('is cancelled, and redriven as a new one', async () => {
    const { id } = shaped(commandSchema, await propose(device));
    const early = await admin.post(`${customerPath}/commands/${id}/redrive`);
    expect(outcome(early)).toEqual([409, 'not_redrivable']);
    const cancelled = await admin.post(`${customerPath}/commands/${id}/cancel`);
    expect(shaped(commandSchema, cancelled)).toMatchObject({ state: 'cancelled' });
    const redriven = await admin.post(`${customerPath}/commands/${id}/redrive`);
    expect(redriven.status).toBe(201);
    expect(shaped(commandSchema, redriven)).toMatchObject({ redriveOf: id, state: 'queued' });
    const list = await admin.get<{ items: Json[] }>(
      `${customerPath}/commands?deviceId=${device.id}&state=cancelled`,
    );
    expect(list.body.items.map((item) => commandSchema.parse(item).id)).toEqual([id]);
  });

  it('waits for another person when it changes something', async () => {
    const waiting = await propose(device, { type: 'restart_service', parameters: { service: 'nginx' } });
    const { id, state, approval } = shaped(commandSchema, waiting);
    expect([state, approval?.required]).toEqual(['awaiting_approval', 1]);
    const decide = (body: object) => admin.post(`${customerPath}/approvals/${id}/decision`, body);
    const digest = approval?.digest;
    expect(outcome(await decide({ approved: true, digest: '0'.repeat(64) }))).toEqual([
      412,
      'digest_mismatch',
    ]);
    expect(outcome(await decide({ approved: true, digest }))).toEqual([403, 'self_approval']);
    expect(outcome(await decide({ approved: true, digest: 'short' }))).toEqual([412, 'digest_mismatch']);
    expect(outcome(await decide({ approved: true }))).toEqual([400, 'invalid_request']);
  });

  it('is refused with what the catalogue does not know', async () => {
    expect(outcome(await propose(device, { type: 'format_disk' }))).toEqual([400, 'unknown_command_type']);
    const bad = await propose(device, { type: 'ping', parameters: { host: '; rm -rf /' } });
    expect(outcome(bad)).toEqual([400, 'invalid_parameters']);
    expect(bad.body['errors']).toContainEqual({ path: 'parameters.host', message: expect.any(String) });
  });

  it('is created once for one idempotency key', async () => {
    const keyed = admin.with({ 'idempotency-key': 'propose-once' });
    const path = `${customerPath}/devices/${device.id}/commands`;
    const body = { type: 'system_info', parameters: {} };
    const first = await keyed.post(path, body);
    const again = await keyed.post(path, body);
    const other = await keyed.post(path, { ...body, priority: 1 });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(outcome(other)).toEqual([422, 'idempotency_mismatch']);
  });
});

describe('the service', () => {
  it('is ready, says its version and serves its contract', async () => {
    expect((await anybody.get('/readyz')).body).toEqual({
      ready: true,
      checks: { database: true, dispatch: true, identity: true },
    });
    expect(Object.keys((await anybody.get('/version')).body)).toEqual(['version']);
    const { openapi, paths } = (await anybody.get<{ openapi: string; paths: Json }>('/openapi.json')).body;
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths).filter((path) => path.startsWith('/auth/'))).toEqual([]);
    expect((await anybody.get<{ keys: Json[] }>('/.well-known/fieldgate-keys.json')).body.keys).toHaveLength(
      1,
    );
  });

  it('keeps people and devices apart', async () => {
    const device = await newDevice(admin);
    expect((await device.api.get(`${customerPath}/me`)).status).toBe(401);
    expect((await admin.post(`${devicePath}/heartbeat`, { status: 'ok' })).status).toBe(401);
    expect(outcome(await admin.get(`${customerPath}/commands/${nobodysCommand}`))).toEqual([
      404,
      'not_found',
    ]);
    expect(outcome(await admin.get(`${customerPath}/devices/nobody`))).toEqual([404, 'not_found']);
  });

  it('limits the sign-ins of people from one address, and what they change of their accounts', async () => {
    const policies = new Map<string, string | null>();
    for (const [method, path, body] of [
      ['POST', '/token?grant_type=password', { email: 'a@b.c', password: 'x' }],
      ['POST', '/factors', { factor_type: 'totp' }],
      ['POST', '/factors/x/verify', { challenge_id: 'x', code: '123456' }],
      ['DELETE', '/factors/x', undefined],
      ['PUT', '/user', { password: 'x' }],
    ] as const) {
      const { headers } = await anybody.send(method, `/auth/v1${path}`, body);
      policies.set(path, headers.get('ratelimit-policy'));
    }
    expect(new Set(policies.values())).toEqual(new Set(['"sign-in-address";q=60;w=60']));
    expect((await anybody.get('/auth/v1/user')).headers.get('ratelimit-policy')).toBeNull();
  });
});
