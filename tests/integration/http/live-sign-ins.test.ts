import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { use } from '../../../src/composition/provide.js';
import { UNIT_OF_WORK } from '../../../src/composition/tokens.js';
import type { Json } from '../../support/api-client.js';
import { ApiClient, newDevice, propose, signIn } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { at, newCompany, newPeople } from '../../support/people.js';
import { StandInAuthServer } from '../../support/stand-in-auth-server.js';

const customer = '/api/v1/customer';
const said = ({ status, body }: { status: number; body: Json }) => [status, body['code']];
const restart = { type: 'restart_service', parameters: { service: 'kiosk' } };

/** A command that waits, and a way to approve it. */
async function waiting(proposer: ApiClient) {
  const device = await newDevice(proposer);
  const id = await propose(proposer, device.id, restart);
  const { body } = await proposer.get<{ approval: { digest: string } }>(`${customer}/commands/${id}`);
  const vote = { approved: true, digest: body.approval.digest };
  return {
    approve: (approver: ApiClient) => approver.post(`${customer}/approvals/${id}/decision`, vote),
    state: async () => (await proposer.get(`${customer}/commands/${id}`)).body['state'],
  };
}

/** Everything that asks whether the sign-in is alive, but for decisions. */
const changes = (api: ApiClient) => [
  api.post(`${customer}/members`, { userId: randomUUID(), name: 'New', role: 'viewer' }),
  api.send('PATCH', `${customer}/members/${randomUUID()}`, { role: 'viewer' }),
  api.send('DELETE', `${customer}/members/${randomUUID()}`),
  api.post(`${customer}/api-keys`, { name: 'Robot', role: 'viewer' }),
  api.send('DELETE', `${customer}/api-keys/${randomUUID()}`),
];

describe('a sign-in of the local identity', () => {
  let opened: OpenedGateway;
  beforeAll(async () => {
    opened = await openGateway();
  });
  afterAll(() => opened.close());

  it('that was signed out decides and changes nothing any more, while its token still reads', async () => {
    const { boss, ann } = await newPeople(opened, ['boss', 'ann']);
    const id = await newCompany(opened, { admin: [boss, ann] });
    const command = await waiting(at(boss, id));
    const signedOut = at(ann, id);
    expect((await signedOut.post('/auth/v1/logout?scope=local')).status).toBe(204);
    expect((await signedOut.get(`${customer}/me`)).status).toBe(200);
    expect(said(await command.approve(signedOut))).toEqual([401, 'unauthenticated']);
    expect(await command.state()).toBe('awaiting_approval');
    for (const answer of await Promise.all(changes(signedOut))) {
      expect(said(answer)).toEqual([401, 'unauthenticated']);
    }
    const again = (await signIn(opened.url, ann)).with({ 'x-customer-id': id });
    expect((await command.approve(again)).status).toBe(200);
    expect(await command.state()).toBe('queued');
  });
});

describe('a sign-in of Supabase', () => {
  let auth: StandInAuthServer;
  let opened: OpenedGateway;
  let admin: ApiClient;

  beforeAll(async () => {
    auth = await StandInAuthServer.open();
    opened = await openGateway({
      environment: { SUPABASE_URL: auth.url, SUPABASE_SECRET_KEY: auth.secretKey },
    });
    admin = (await newMember()).api;
  });
  afterAll(async () => {
    await opened.close();
    await auth.close();
  });

  const customerId = randomUUID();
  const tokens: string[] = [];

  /** An admin of the one customer here, who has just signed in. */
  async function newMember() {
    const userId = auth.addUser(`${randomUUID()}@test.example`);
    const { token, sessionId } = await auth.signIn(userId);
    tokens.push(token);
    await use(opened.container, UNIT_OF_WORK).run(async ({ members, now }) => {
      if ((await members.lockAdmins(customerId)).length === 0) {
        await members.addCustomer({ id: customerId, name: 'Company', createdAt: now });
      }
      await members.putMember({ customerId, userId, name: 'Admin', role: 'admin' });
    });
    return { userId, sessionId, api: new ApiClient(opened.url, { authorization: `Bearer ${token}` }) };
  }

  it('decides while it is alive, under the id of the request', async () => {
    const command = await waiting(admin);
    const { api } = await newMember();
    const before = auth.asked.length;
    expect((await command.approve(api.with({ 'x-request-id': 'r-decide' }))).status).toBe(200);
    expect(auth.asked.slice(before).filter(({ what }) => what === 'GET /auth/v1/user')).toEqual([
      { what: 'GET /auth/v1/user', apikey: auth.secretKey, requestId: 'r-decide' },
    ]);
  });

  it('asks nobody for what only looks or proposes', async () => {
    const before = auth.asked.filter(({ what }) => what.endsWith('/user')).length;
    await waiting(admin);
    expect(auth.asked.filter(({ what }) => what.endsWith('/user'))).toHaveLength(before);
  });

  it('decides and changes nothing once it was signed out, or its user is banned', async () => {
    const command = await waiting(admin);
    const [gone, banned] = [await newMember(), await newMember()];
    auth.signOut(gone.sessionId);
    auth.ban(banned.userId);
    for (const { api } of [gone, banned]) {
      expect((await api.get(`${customer}/me`)).status).toBe(200);
      for (const answer of [await command.approve(api), ...(await Promise.all(changes(api)))]) {
        expect(said(answer)).toEqual([401, 'unauthenticated']);
      }
    }
    expect(await command.state()).toBe('awaiting_approval');
  });

  it.each([
    ['is ill', 500, { msg: 'Unexpected failure' }],
    ['has a gateway in front that is ill', 502, null],
    ['has had too much', 429, { error_code: 'over_request_rate_limit', msg: 'Request rate limit reached' }],
    ['does not take our key', 401, { message: 'Invalid API key' }],
  ])('is blamed for nothing while Supabase %s', async (_what, status, body) => {
    const command = await waiting(admin);
    const { api } = await newMember();
    // The key set is known from here on.
    expect((await api.get(`${customer}/me`)).status).toBe(200);
    auth.ill = (response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === null ? '<html>' : JSON.stringify(body));
    };
    try {
      for (const answer of [await command.approve(api), ...(await Promise.all(changes(api)))]) {
        expect(said(answer)).toEqual([503, 'dependency_unavailable']);
        expect(answer.headers.get('retry-after')).toBe('1');
      }
      expect((await api.get(`${customer}/members`)).status).toBe(200);
    } finally {
      auth.ill = null;
    }
    expect((await command.approve(api)).status).toBe(200);
  });

  it('is given up on after 2 s of silence', async () => {
    const command = await waiting(admin);
    const { api } = await newMember();
    auth.ill = () => undefined;
    const begun = performance.now();
    try {
      expect(said(await command.approve(api))).toEqual([503, 'dependency_unavailable']);
    } finally {
      auth.ill = null;
    }
    expect(performance.now() - begun).toBeLessThan(4_000);
  });

  it('invites whom nobody knows, and finds whom the project knows', async () => {
    const known = auth.addUser('known@test.example');
    const add = (email: string) =>
      admin
        .with({ 'x-request-id': `add-${email.slice(0, 5)}` })
        .post(`${customer}/members`, { email, name: 'Somebody', role: 'viewer' });
    const invited = await add('fresh@test.example');
    expect(invited).toMatchObject({ status: 201, body: { name: 'Somebody', role: 'viewer' } });
    expect(auth.asked.at(-1)).toMatchObject({ what: 'POST /auth/v1/invite', requestId: 'add-fresh' });
    expect((await add('Known@test.example')).body).toMatchObject({ userId: known });
    // The same call again, its answer lost.
    expect((await add('fresh@test.example')).body).toEqual(invited.body);
  });

  it('leaves no token in the log, whatever went wrong with it', () => {
    const log = JSON.stringify(opened.log);
    expect(tokens.filter((token) => log.includes(token.split('.')[2] ?? ''))).toEqual([]);
    expect(log).not.toContain(auth.secretKey);
  });
});

describe('a sign-in of Supabase without the secret key', () => {
  it('is warned of at the start, counts by its token where the project wants the key, and finds no addresses', async () => {
    const auth = await StandInAuthServer.open();
    const opened = await openGateway({ environment: { SUPABASE_URL: auth.url } });
    try {
      expect(opened.log.map(({ msg }) => msg)).toContainEqual(expect.stringContaining('SUPABASE_SECRET_KEY'));
      const userId = auth.addUser('admin@test.example');
      const { token } = await auth.signIn(userId);
      const customerId = randomUUID();
      await use(opened.container, UNIT_OF_WORK).run(async ({ members, now }) => {
        await members.addCustomer({ id: customerId, name: 'Company', createdAt: now });
        await members.putMember({ customerId, userId, name: 'Admin', role: 'admin' });
      });
      const api = new ApiClient(opened.url, { authorization: `Bearer ${token}` });
      const add = (who: object) => api.post(`${customer}/members`, { ...who, name: 'A', role: 'viewer' });
      expect(said(await add({ userId: randomUUID() }))).toEqual([201, undefined]);
      auth.ill = (response) => response.writeHead(500).end();
      expect(said(await add({ userId: randomUUID() }))).toEqual([503, 'dependency_unavailable']);
      auth.ill = null;
      auth.asksForKey = false;
      expect(said(await add({ userId: randomUUID() }))).toEqual([201, undefined]);
      expect(said(await add({ email: 'a@test.example' }))).toEqual([409, 'person_not_searchable']);
    } finally {
      await opened.close();
      await auth.close();
    }
  });
});
