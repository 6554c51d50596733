import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import type { ProvisionDevice } from '../../../src/application/device/provision-device.js';
import { deviceFaults } from '../../../src/domain/device/device-faults.js';
import { generalFaults } from '../../../src/domain/shared/general-faults.js';
import type { HttpServerOptions } from '../../../src/interfaces/http/http-server-options.js';
import type { Door } from '../../support/http/door.js';
import { acme, ann, annsToken, openDoor } from '../../support/http/door.js';

const person = { authorization: `Bearer ${annsToken}` };
const commandId = '018f2b6e-0000-7000-8000-0000000000c0';

let door: Door;

beforeEach(async () => {
  door = await openDoor();
});

afterEach(async () => {
  await door.app.close();
});

async function call(method: 'GET' | 'POST' | 'PATCH', path: string, more: InjectOptions = {}) {
  const url = `/api/v1/customer${path}`;
  const answer = await door.app.inject({ ...more, method, url, headers: { ...person, ...more.headers } });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.json<{ readonly code?: string } & Record<string, unknown>>(),
  };
}

describe('a person', () => {
  it('learns who they are', async () => {
    const { status, body } = await call('GET', '/me');
    expect(status).toBe(200);
    expect(body).toEqual({
      user: { id: ann, email: 'ann@example.com', name: 'Ann' },
      customerId: acme,
      role: 'admin',
      authenticationLevel: 'aal1',
      customers: [{ id: acme, name: 'Acme', role: 'admin' }],
    });
  });

  it.each([
    ['nothing', {}],
    ['a token that is not good', { authorization: 'Bearer not.good' }],
    ['a device token', { authorization: `Bearer fgt_${'x'.repeat(43)}` }],
    ['an API key', { authorization: `Bearer fgk_${'x'.repeat(43)}` }],
    ['a token without end', { authorization: `Bearer ${'x'.repeat(8_193)}` }],
  ])('is not let in with %s', async (_what, headers: Record<string, string>) => {
    const answer = await door.app.inject({ url: '/api/v1/customer/me', headers });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([401, 'unauthenticated']);
  });

  it('names a customer by its id or is refused', async () => {
    const named = await call('GET', '/me', { headers: { 'x-customer-id': acme.toUpperCase() } });
    const malformed = await call('GET', '/me', { headers: { 'x-customer-id': 'acme' } });
    const foreign = await call('GET', '/me', { headers: { 'x-customer-id': commandId } });
    expect([named.status, malformed.status, foreign.status]).toEqual([200, 400, 404]);
  });

  it.each([
    '?limit=0',
    '?limit=101',
    '?limit=x',
    '?limit=1&limit=2',
    '?page=2',
    '?status=asleep',
    '?cursor=',
  ])('is refused a list with %s', async (query) => {
    expect(await call('GET', `/devices${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });

  it.each(['/commands/42', '/commands/42/explain', '/devices/a%00b', '/devices/a%20b/status'])(
    'finds nothing at %s',
    async (path) => {
      expect(await call('GET', path)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    },
  );

  it('reads the whole catalogue', async () => {
    const { body } = await call('GET', '/command-types');
    const items = body['items'] as { type: string; parametersSchema: object }[];
    expect(items.map(({ type }) => type)).toEqual(expect.arrayContaining(['ping', 'reboot', 'run_script']));
    expect(items[0]?.parametersSchema).toHaveProperty('additionalProperties', false);
  });
});

describe('a proposal', () => {
  const propose = (payload: object) => call('POST', '/devices/kiosk-1/commands', { payload });
  const ping = { type: 'ping', parameters: { host: 'localhost' } };

  it.each([
    ['no parameters', { type: 'ping' }],
    ['parameters that are a list', { type: 'ping', parameters: [] }],
    ['a priority that is text', { ...ping, priority: '1' }],
    ['a priority out of range', { ...ping, priority: 1_001 }],
    ['a time without a zone', { ...ping, notBefore: '2030-01-01T00:00:00' }],
    ['a time beyond a year', { ...ping, notBefore: new Date(Date.now() + 32_000_000_000).toISOString() }],
    ['too short a life', { ...ping, expiresInMs: 59_999 }],
    ['no attempts', { ...ping, maxAttempts: 0 }],
    ['too long a claim', { ...ping, visibilityTimeoutMs: 43_200_001 }],
    ['a reason that cannot be stored', { ...ping, reason: 'a\0' }],
    ['a field that nobody knows', { ...ping, sudo: true }],
  ])('is refused with %s', async (_what, payload) => {
    expect(await propose(payload)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('is refused with more than 32 KiB of parameters', async () => {
    const answer = await propose({ type: 'run_script', parameters: { script: 'x'.repeat(32_768) } });
    expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large']);
  });

  it('goes on to the record when it is well formed', async () => {
    expect(
      (await propose({ ...ping, notBefore: new Date().toISOString(), expiresInMs: 60_000 })).status,
    ).toBe(503);
  });
});

describe('an idempotency key', () => {
  const provision = (key: string, payload: object = { name: 'Kiosk' }) =>
    call('POST', '/devices/provision', { headers: { 'idempotency-key': key }, payload });

  /** The door with a provisioning that answers for each device, or refuses as it is told. */
  async function openWith(execute: HttpServerOptions['customer']['provisionDevice']['execute']) {
    await door.app.close();
    door = await openDoor({ customer: { ...door.options.customer, provisionDevice: { execute } } });
  }

  const made: (string | null)[] = [];
  const makes: ProvisionDevice['execute'] = (input) => {
    made.push(input.operationId);
    return Promise.resolve({
      device: {
        id: input.operationId ?? '',
        customerId: acme,
        name: input.name,
        location: null,
        labels: [],
        model: null,
        platform: null,
        agentVersion: null,
        lifecycle: 'provisioned',
        credentialGeneration: 0,
        tokenGeneration: 0,
        createdAt: new Date(),
        lastSignInAt: null,
      },
      activationCode: 'ABCD-EFGH-JKMN-PQRS',
      expiresAt: new Date(),
    });
  };

  beforeEach(() => {
    made.length = 0;
  });

  it('brings the first answer again, and creates once', async () => {
    await openWith(makes);
    const first = await provision('once');
    const again = await provision('"once"');
    expect([first.status, again.status, made.length]).toEqual([201, 201, 1]);
    expect(again.body).toEqual(first.body);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(first.body['instructions']).toContain('npm run agent -- --url http://localhost:80 --device-id');
  });

  it('is refused with another body', async () => {
    await openWith(makes);
    await provision('once');
    expect(await provision('once', { name: 'Other' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_mismatch' },
    });
  });

  it('is free again after a refusal, and taken while nobody knows', async () => {
    const outcomes = [deviceFaults.device_exists(), generalFaults.dependency_unavailable()];
    await openWith(() => Promise.reject(outcomes.shift() ?? new Error('asked too often')));
    const statuses = [await provision('k'), await provision('k'), await provision('k')].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([409, 503, 409]);
  });

  it.each(['', 'a b', 'x'.repeat(129), 'ü'])('is refused when it is %j', async (key) => {
    expect(await provision(key)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});
