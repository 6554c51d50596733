import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CreateCustomer } from '../../../src/application/customer/create-customer.js';
import { createLogger } from '../../../src/composition/logger.js';
import { operatorOperations } from '../../../src/composition/operator.js';
import { use } from '../../../src/composition/provide.js';
import type { ApiClient } from '../../support/api-client.js';
import { newDevice, propose, signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const root = '/api/v1/customer';

/** What one customer has, by its ids. */
interface Possessions {
  readonly customerId: string;
  readonly deviceId: string;
  readonly commandId: string;
  readonly waitingId: string;
  readonly digest: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly keyId: string;
  readonly standingGrantId: string;
}

interface Attempt {
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const look = { type: 'system_info', parameters: {} };
const on =
  (suffix: string, body?: object) =>
  ({ deviceId }: Possessions) => ({
    path: `/devices/${deviceId}${suffix}`,
    ...(body !== undefined && { body }),
  });
const onCommand =
  (suffix: string, body?: object) =>
  ({ commandId }: Possessions) => ({
    path: `/commands/${commandId}${suffix}`,
    ...(body !== undefined && { body }),
  });
const onSession =
  (suffix: string, body?: object) =>
  ({ sessionId }: Possessions) => ({
    path: `/sessions/${sessionId}${suffix}`,
    ...(body !== undefined && { body }),
  });

/** How each operation names something of a customer's, by its `operationId`. */
const naming: Readonly<Record<string, (theirs: Possessions) => Attempt>> = {
  getDevice: on(''),
  getDeviceStatus: on('/status'),
  updateDevice: on('', { name: 'Mine now' }),
  issueActivationCode: on('/activation-code', {}),
  suspendDevice: on('/suspend'),
  resumeDevice: on('/resume'),
  retireDevice: on('/retire'),
  pauseDeviceQueue: on('/queue/pause', {}),
  resumeDeviceQueue: on('/queue/resume'),
  signOutDeviceEverywhere: on('/tokens'),
  proposeCommand: on('/commands', look),
  getCommand: onCommand(''),
  explainCommand: onCommand('/explain'),
  cancelCommand: onCommand('/cancel'),
  redriveCommand: onCommand('/redrive'),
  settleCommand: onCommand('/settle', { status: 'failed', reason: 'Looked' }),
  decideCommand: ({ waitingId, digest }) => ({
    path: `/approvals/${waitingId}/decision`,
    body: { approved: true, digest },
  }),
  openSession: ({ deviceId }) => ({ path: '/sessions', body: { deviceId, type: 'diagnostic' } }),
  getSession: onSession(''),
  readSessionTimeline: onSession('/timeline'),
  closeSession: onSession('/close'),
  proposeInSession: onSession('/commands', look),
  breakGlass: on('/break-glass', { ...look, reason: 'Everything is on fire' }),
  reviewBreakGlass: ({ commandId }) => ({
    path: `/break-glass/${commandId}/review`,
    body: { verdict: 'justified', note: 'It was on fire' },
  }),
  getStandingGrant: ({ standingGrantId }) => ({ path: `/standing-grants/${standingGrantId}` }),
  revokeStandingGrant: ({ standingGrantId }) => ({ path: `/standing-grants/${standingGrantId}/revoke` }),
  decideStandingGrant: ({ standingGrantId, digest }) => ({
    path: `/standing-grants/${standingGrantId}/decision`,
    body: { approved: true, digest },
  }),
  changeMember: ({ userId }) => ({ path: `/members/${userId}`, body: { role: 'viewer' } }),
  removeMember: ({ userId }) => ({ path: `/members/${userId}` }),
  revokeApiKey: ({ keyId }) => ({ path: `/api-keys/${keyId}` }),
  decideInSession: ({ sessionId, waitingId, digest }) => ({
    path: `/sessions/${sessionId}/approve`,
    body: { commandId: waitingId, approved: true, digest },
  }),
};

/** What names nothing of anybody's: it tells of the caller's own customer, or adds to it. */
const ofTheCaller: Readonly<Record<string, Attempt>> = {
  getMe: { path: '/me' },
  getSystemInfo: { path: '/system/info' },
  listDevices: { path: '/devices' },
  listCommands: { path: '/commands' },
  listSessions: { path: '/sessions' },
  listPendingApprovals: { path: '/approvals' },
  listMembers: { path: '/members' },
  listApiKeys: { path: '/api-keys' },
  getApprovalPolicy: { path: '/approval-policy' },
  listStandingGrants: { path: '/standing-grants' },
  listBreakGlass: { path: '/break-glass' },
  listActivity: { path: '/activity' },
  verifyActivity: { path: '/activity/verify' },
  listCommandTypes: { path: '/command-types' },
};

/** Changes the caller's own customer, and takes no id of what is there already. */
const makesSomethingNew: readonly string[] = [
  'provisionDevice',
  'enrolMember',
  'createApiKey',
  'requestStandingGrant',
  'changeApprovalPolicy',
];

let gateway: OpenedGateway;
let owner: pg.Client;
let stranger: ApiClient;
let theirs: Possessions;

beforeAll(async () => {
  gateway = await openGateway();
  owner = new pg.Client({ connectionString: gateway.config.DATABASE_URL });
  await owner.connect();
  const admin = await signIn(gateway.url);
  theirs = await possessionsOf(admin);
  stranger = await newStranger();
  // What the gateway notes by itself about what was proposed is not what the stranger changed.
  await eventually(async () => {
    const { rows } = await owner.query('select id from fieldgate.commands where not dispatched');
    expect(rows).toEqual([]);
  });
});
afterAll(async () => {
  await owner.end();
  await gateway.close();
});

async function possessionsOf(admin: ApiClient): Promise<Possessions> {
  const { body: me } = await admin.get(`${root}/me`);
  const device = await newDevice(admin, 'Secret till');
  const commandId = await propose(admin, device.id);
  const session = await admin.post<{ id: string }>(`${root}/sessions`, {
    deviceId: device.id,
    type: 'remediation',
    description: 'Secret work',
  });
  const waiting = await admin.post<{ id: string; approval: { digest: string } }>(
    `${root}/sessions/${session.body.id}/commands`,
    { type: 'restart_service', parameters: { service: 'kiosk' } },
  );
  const key = await admin.post<{ id: string }>(`${root}/api-keys`, { name: 'Nightly', role: 'operator' });
  const standing = await admin.post<{ id: string }>(`${root}/standing-grants`, {
    type: 'restart_service',
    devices: { ids: [device.id] },
    expiresInMs: 3_600_000,
    maxUses: 3,
    reason: 'Nightly work',
  });
  return {
    customerId: String(me['customerId']),
    deviceId: device.id,
    commandId,
    waitingId: waiting.body.id,
    digest: waiting.body.approval.digest,
    sessionId: session.body.id,
    userId: (me['user'] as { id: string }).id,
    keyId: key.body.id,
    standingGrantId: standing.body.id,
  };
}

/** The admin of another customer, who knows every id there is. */
async function newStranger(): Promise<ApiClient> {
  const account = { email: 'eve@test.example', password: 'a-long-enough-password' };
  const operations = operatorOperations(() => gateway.config, createLogger('silent', false));
  const made = await operations.withUseCases(({ createUser }) =>
    Promise.resolve(createUser?.({ ...account, name: 'Eve' })),
  );
  await use(gateway.container, CreateCustomer).execute({
    name: 'Others',
    admin: { userId: made?.userId ?? '', name: 'Eve' },
    cause: { actor: { kind: 'cli', id: 'operator' }, requestId: null },
  });
  return signIn(gateway.url, account);
}

/** All that the record holds of the customer, as text. */
async function everythingOf(customerId: string): Promise<string> {
  const { rows: named } = await owner.query<{ name: string; names: boolean }>(
    `select table_name as name, bool_or(column_name = 'customer_id') as names
     from information_schema.columns
     where table_schema = 'fieldgate' and column_name in ('customer_id', 'device_id')
     group by 1 order by 1`,
  );
  const parts: string[] = [];
  for (const { name, names } of named) {
    const owned = names
      ? 'customer_id = $1'
      : 'device_id in (select id from fieldgate.devices where customer_id = $1)';
    const { rows } = await owner.query<{ text: string | null }>(
      `select string_agg(t::text, '\n' order by t::text) as text from fieldgate.${name} t where ${owned}`,
      [customerId],
    );
    parts.push(`${name}:\n${rows[0]?.text ?? ''}`);
  }
  return parts.join('\n');
}

interface Operation {
  readonly operationId: string;
  readonly method: string;
}

async function operations(): Promise<readonly Operation[]> {
  const { body } = await stranger.get<{ paths: Record<string, Record<string, { operationId: string }>> }>(
    '/openapi.json',
  );
  return Object.entries(body.paths)
    .filter(([path]) => path.startsWith(root))
    .flatMap(([, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({
        operationId,
        method: method.toUpperCase(),
      })),
    );
}

describe('a customer is hidden from another one’s admin', () => {
  it('in every operation that the contract has', async () => {
    const known = [...Object.keys(naming), ...Object.keys(ofTheCaller), ...makesSomethingNew];
    expect((await operations()).map(({ operationId }) => operationId).sort()).toEqual(known.sort());
  });

  it.each(Object.keys(naming))('%s: not found, and nothing changes', async (operationId) => {
    const method = (await operations()).find((known) => known.operationId === operationId)?.method ?? '';
    const { path, body, headers = {} } = naming[operationId]?.(theirs) ?? { path: '' };
    const before = await everythingOf(theirs.customerId);
    const answer = await stranger.with(headers).send(method, `${root}${path}`, body);
    expect([answer.status, answer.body['code']]).toEqual([404, 'not_found']);
    const text = JSON.stringify(answer.body);
    for (const secret of ['Secret till', 'Secret work', theirs.digest]) expect(text).not.toContain(secret);
    expect(await everythingOf(theirs.customerId)).toBe(before);
  });

  it.each(Object.keys(ofTheCaller))('%s: shows none of it', async (operationId) => {
    const { path } = ofTheCaller[operationId] ?? { path: '' };
    const answer = await stranger.get(`${root}${path}`);
    expect(answer.status).toBe(200);
    const text = JSON.stringify(answer.body);
    for (const id of Object.values(theirs)) expect(text).not.toContain(id);
  });

  it('when they name it in a filter, or as the customer that they work for', async () => {
    for (const query of [
      `/commands?deviceId=${theirs.deviceId}`,
      `/commands?sessionId=${theirs.sessionId}`,
      `/sessions?deviceId=${theirs.deviceId}`,
      `/activity?subject=command:${theirs.commandId}`,
      `/activity?subject=session:${theirs.sessionId}`,
    ]) {
      expect((await stranger.get(`${root}${query}`)).body).toEqual({ items: [], nextCursor: null });
    }
    const posing = stranger.with({ 'x-customer-id': theirs.customerId });
    expect(await posing.get(`${root}/devices`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('when they want the id of a device that is taken', async () => {
    const taken = await stranger.post(`${root}/devices/provision`, {
      deviceId: theirs.deviceId,
      name: 'Mine',
    });
    expect(taken).toMatchObject({ status: 409, body: { code: 'device_exists' } });
    expect(JSON.stringify(taken.body)).not.toContain('Secret till');
  });

  it('also where a statement forgets whose rows it may see', async () => {
    // As if every condition on the customer were gone: the wall in the database is what is left.
    await owner.query('revoke select on fieldgate.commands from fieldgate_customer');
    try {
      expect((await stranger.get(`${root}/commands`)).status).toBeGreaterThanOrEqual(500);
    } finally {
      await owner.query('grant select on fieldgate.commands to fieldgate_customer');
    }
    expect((await stranger.get(`${root}/commands`)).status).toBe(200);
  });
});
