import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AddMember } from '../../../src/application/customer/add-member.js';
import { CreateCustomer } from '../../../src/application/customer/create-customer.js';
import { createLogger } from '../../../src/composition/logger.js';
import { operatorOperations } from '../../../src/composition/operator.js';
import { use } from '../../../src/composition/provide.js';
import type { Cause } from '../../../src/domain/activity/activity-entry.js';
import type { Json, TestDevice } from '../../support/api-client.js';
import { ApiClient, newDevice, signIn } from '../../support/api-client.js';
import { testAdmin } from '../../support/gateway-process.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

interface Me {
  readonly user: { readonly id: string };
  readonly customerId: string | null;
  readonly customers: readonly Json[];
}

const path = '/api/v1/customer';
const nobodys = '018f2b6e-0000-7000-8000-0000000000c0';
const operator: Cause = { actor: { kind: 'cli', id: 'operator' }, requestId: null };

let opened: OpenedGateway;
let admin: ApiClient;
let adminId: string;
let firstCustomerId: string;

beforeAll(async () => {
  opened = await openGateway();
  admin = await signIn(opened.url);
  const { body } = await admin.get<Me>(`${path}/me`);
  adminId = body.user.id;
  firstCustomerId = body.customerId ?? '';
});

afterAll(async () => {
  await opened.close();
});

/** Somebody with an account, whom no customer knows. */
async function newPerson(name: string): Promise<{ readonly id: string; readonly api: ApiClient }> {
  const account = { email: `${name.toLowerCase()}@test.example`, password: 'a-long-enough-password' };
  const operations = operatorOperations(() => opened.config, createLogger('silent', false));
  const made = await operations.withUseCases(({ createUser }) =>
    Promise.resolve(createUser?.({ ...account, name })),
  );
  return { id: made?.userId ?? '', api: await signIn(opened.url, account) };
}

const newCustomer = (name: string, userId: string, called: string) =>
  use(opened.container, CreateCustomer).execute({
    name,
    admin: { userId, name: called },
    cause: operator,
  });

describe('a person', () => {
  it('learns who they are', async () => {
    const { status, body } = await admin.get(`${path}/me`);
    expect(status).toBe(200);
    expect(body).toEqual({
      user: { id: expect.any(String), email: testAdmin.email, name: 'Administrator' },
      customerId: firstCustomerId,
      role: 'admin',
      authenticationLevel: 'aal1',
      customers: [{ id: firstCustomerId, name: 'First customer', role: 'admin' }],
    });
  });

  it('learns what runs here and how it does, and a stranger learns nothing of it', async () => {
    const { status, body } = await admin.get(`${path}/system/info`);
    expect([status, body]).toEqual([
      200,
      {
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        build: null,
        uptimeMs: expect.any(Number),
        adapters: { database: 'postgres', dispatch: 'in-process', identity: 'local' },
        dependencies: { database: 'ok', dispatch: 'ok', identity: 'ok' },
      },
    ]);
    expect((await new ApiClient(opened.url).get(`${path}/system/info`)).status).toBe(401);
  });

  it('of several customers learns which there are, and works for the one that is named', async () => {
    const { id, api } = await newPerson('Ann');
    const { customerId: acme } = await newCustomer('Acme', id, 'Ann of Acme');
    const member = { customerId: firstCustomerId, userId: id, name: 'Ann', role: 'viewer' } as const;
    await use(opened.container, AddMember).execute({ member, cause: operator });
    const customers = [
      { id: acme, name: 'Acme', role: 'admin' },
      { id: firstCustomerId, name: 'First customer', role: 'viewer' },
    ];
    const user = { id, email: 'ann@test.example' };
    const unnamed = await api.get(`${path}/me`);
    expect([unnamed.status, unnamed.body]).toEqual([
      200,
      {
        user: { ...user, name: 'Ann of Acme' },
        customerId: null,
        role: null,
        authenticationLevel: 'aal1',
        customers,
      },
    ]);
    const named = await api.with({ 'x-customer-id': firstCustomerId }).get(`${path}/me`);
    expect(named.body).toEqual({
      user: { ...user, name: 'Ann' },
      customerId: firstCustomerId,
      role: 'viewer',
      authenticationLevel: 'aal1',
      customers,
    });
    expect(await api.get(`${path}/devices`)).toMatchObject({
      status: 400,
      body: { code: 'customer_required' },
    });
    const provision = (customerId: string) =>
      api.with({ 'x-customer-id': customerId }).post(`${path}/devices/provision`, { name: 'Kiosk' });
    expect([(await provision(acme)).status, (await provision(firstCustomerId)).status]).toEqual([201, 403]);
  });

  it('of no customer learns that, and may do nothing', async () => {
    const { id, api } = await newPerson('Bo');
    const { status, body } = await api.get(`${path}/me`);
    expect([status, body]).toEqual([
      200,
      {
        user: { id, email: 'bo@test.example', name: null },
        customerId: null,
        role: null,
        authenticationLevel: 'aal1',
        customers: [],
      },
    ]);
    const answers = [
      await api.get(`${path}/devices`),
      await api.post(`${path}/devices/provision`, { name: 'Kiosk' }),
      await api.with({ 'x-customer-id': firstCustomerId }).get(`${path}/me`),
    ];
    expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
      [403, 'not_a_member'],
      [403, 'not_a_member'],
      [404, 'not_found'],
    ]);
  });

  it.each([
    ['nothing', {}],
    ['a token that is not good', { authorization: 'Bearer not.good' }],
    ['a device token', { authorization: `Bearer fgt_${'x'.repeat(43)}` }],
    ['an API key', { authorization: `Bearer fgk_${'x'.repeat(43)}` }],
    ['a token without end', { authorization: `Bearer ${'x'.repeat(8_193)}` }],
  ])('is not let in with %s', async (_what, headers: Record<string, string>) => {
    const { status, body } = await new ApiClient(opened.url, headers).get(`${path}/me`);
    expect([status, body['code']]).toEqual([401, 'unauthenticated']);
  });

  it('names a customer by its id or is refused', async () => {
    const me = (customerId: string) => admin.with({ 'x-customer-id': customerId }).get(`${path}/me`);
    const others = await newCustomer('Others', nobodys, 'Kim');
    const answers = await Promise.all(
      [firstCustomerId.toUpperCase(), 'acme', nobodys, others.customerId].map(me),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 404, 404]);
    expect(answers[0]?.body).toMatchObject({ user: { id: adminId }, customerId: firstCustomerId });
  });

  it('spends of its budget also where it names a customer that is not its own', async () => {
    const leftAfter = async (): Promise<number> => {
      const { status, headers } = await admin.with({ 'x-customer-id': nobodys }).get(`${path}/me`);
      expect(status).toBe(404);
      return Number(/"user";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    };
    const left = await leftAfter();
    expect(await leftAfter()).toBe(left - 1);
  });

  it.each([
    '?limit=0',
    '?limit=101',
    '?limit=x',
    '?limit=',
    '?limit=1e1',
    '?limit=0x10',
    '?limit=%205',
    '?limit=5.0',
    '?limit=1&limit=2',
    '?page=2',
    '?status=asleep',
    '?cursor=',
  ])('is refused a list with %s', async (query) => {
    expect(await admin.get(`${path}/devices${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });

  it.each(['/commands/42', '/commands/42/explain', '/devices/a%00b', '/devices/a%20b/status'])(
    'finds nothing at %s',
    async (nowhere) => {
      expect(await admin.get(`${path}${nowhere}`)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    },
  );

  it('reads the whole catalogue', async () => {
    const { body } = await admin.get<{ items: Json[] }>(`${path}/command-types`);
    expect(body.items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ping', 'reboot', 'run_script']),
    );
    expect(body.items[0]?.['parametersSchema']).toHaveProperty('additionalProperties', false);
  });
});

describe('a proposal', () => {
  let device: TestDevice;
  const ping = { type: 'ping', parameters: { host: 'localhost' } };

  beforeAll(async () => {
    device = await newDevice(admin);
  });

  const propose = (body: object) => admin.post(`${path}/devices/${device.id}/commands`, body);

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
  ])('is refused with %s', async (_what, body) => {
    expect(await propose(body)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('is refused with more than 32 KiB of parameters', async () => {
    const { status, body } = await propose({
      type: 'run_script',
      parameters: { script: 'x'.repeat(32_768) },
    });
    expect([status, body['code']]).toEqual([413, 'payload_too_large']);
  });

  it('is recorded when it is well formed, and nothing of what was refused is', async () => {
    const notBefore = new Date().toISOString();
    const { status, body } = await propose({ ...ping, notBefore, expiresInMs: 60_000 });
    expect([status, body['notBefore']]).toEqual([201, notBefore]);
    const list = await admin.get<{ items: Json[] }>(`${path}/commands?deviceId=${device.id}`);
    expect(list.body.items.map(({ id }) => id)).toEqual([body['id']]);
  });
});
