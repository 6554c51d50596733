import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from '@supabase/supabase-js';
import type { SupabaseClient } from '@supabase/supabase-js';
import pg from 'pg';
import { PostgresMemberDirectory } from '../../src/infrastructure/postgres/postgres-member-directory.js';
import { readActivity } from '../contract/postgres-activity.js';
import { issuer, startLocalIdentity } from './local-identity-server.js';
import type { RunningLocalIdentity } from './local-identity-server.js';

const email = 'ada@example.com';
const password = 'correct horse battery';

let identity: RunningLocalIdentity;

beforeAll(async () => {
  identity = await startLocalIdentity();
});

afterAll(() => identity.close());

beforeEach(() => {
  identity.clock.aheadMs = 0;
});

const browser = () =>
  createClient(identity.url, 'any-key', { auth: { autoRefreshToken: false, persistSession: false } });

async function signedIn() {
  const client = browser();
  const { error } = await client.auth.signInWithPassword({ email, password });
  expect(error).toBeNull();
  return client;
}

async function sessionOf(client: SupabaseClient) {
  const { data } = await client.auth.getSession();
  if (data.session === null) throw new Error('nobody is signed in');
  return data.session;
}

describe('the first start', () => {
  it('makes one customer and one admin, announced once, however many gateways start', async () => {
    const announced: { email: string; password: string | null }[] = [];
    const announce = (admin: (typeof announced)[number]) => {
      announced.push(admin);
    };
    const made = await Promise.all([
      identity.people.ensureFirstAdmin({ announce }),
      identity.people.ensureFirstAdmin({ announce }),
    ]);
    expect([...made].sort()).toEqual([false, true]);
    expect(await identity.people.ensureFirstAdmin({ email: 'later@example.com', password, announce })).toBe(
      false,
    );
    expect(announced).toEqual([
      { email: 'admin@fieldgate.local', password: expect.stringMatching(/^(\w{4}-){3}\w{4}$/) },
    ]);

    const [admin] = announced;
    const { data } = await browser().auth.signInWithPassword({
      email: admin?.email ?? '',
      password: admin?.password ?? '',
    });
    const memberships = await new PostgresMemberDirectory(identity.pool).membershipsOf(data.user?.id ?? '');
    expect(memberships).toMatchObject([
      { name: 'Administrator', role: 'admin', customerName: 'First customer' },
    ]);

    const [membership] = memberships;
    const owner = new pg.Client({ connectionString: identity.databaseUrl });
    await owner.connect();
    const log = await readActivity(owner, membership?.customerId ?? '');
    await owner.end();
    const actor = { kind: 'gateway', id: 'gateway' };
    expect(log).toMatchObject([
      { seq: 1, kind: 'customer.created', actor, data: '{"name":"First customer"}' },
      { seq: 2, kind: 'member.added', actor, subject: { id: data.user?.id }, data: '{"role":"admin"}' },
    ]);
  });

  it('takes the address and password that were configured, and never shows that password', async () => {
    const own = await startLocalIdentity();
    const announced: unknown[] = [];
    const made = await own.people.ensureFirstAdmin({
      email: 'Boss@Example.com',
      password,
      announce: (admin) => announced.push(admin),
    });
    expect(made).toBe(true);
    expect(announced).toEqual([{ email: 'boss@example.com', password: null }]);
    await own.close();
  });
});

describe('an account', () => {
  it('is made with an address, a password and a name', async () => {
    const made = await identity.people.createUser({ email: ' Ada@Example.com ', password, name: 'Ada' });
    expect(made).toEqual({ userId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  it.each([
    ['whose address is taken', { email, password, name: 'Ada' }],
    ['without an address', { email: 'ada', password, name: 'Ada' }],
    ['with a short password', { email: 'new@example.com', password: 'short', name: 'Ada' }],
    ['without a name', { email: 'new@example.com', password, name: ' ' }],
  ])('is not made %s', async (_, person) => {
    await expect(identity.people.createUser(person)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('keeps neither password nor token in the clear', async () => {
    const { refresh_token: refreshToken } = await sessionOf(await signedIn());
    const owner = new pg.Client({ connectionString: identity.databaseUrl });
    await owner.connect();
    const accounts = await owner.query<{ password_hash: string }>('select * from fieldgate.local_accounts');
    const tokens = await owner.query<{ hash: string }>('select hash from fieldgate.local_refresh_tokens');
    await owner.end();
    expect(JSON.stringify(accounts.rows)).not.toContain(password);
    for (const row of accounts.rows) expect(row.password_hash).toMatch(/^\$scrypt\$ln=16,r=8,p=2\$/);
    expect(tokens.rows.map(({ hash }) => hash)).toContain(
      createHash('sha256').update(refreshToken).digest('hex'),
    );
    expect(JSON.stringify(tokens.rows)).not.toContain(refreshToken);
  });
});

describe('the stock client', () => {
  it('signs in with address and password, however the address is written', async () => {
    const { data, error } = await browser().auth.signInWithPassword({ email: 'ADA@example.com', password });
    expect(error).toBeNull();
    expect(data.user).toMatchObject({ email, role: 'authenticated', user_metadata: { name: 'Ada' } });
    expect(data.session).toMatchObject({ token_type: 'bearer', expires_in: 3_600 });
  });

  it('gets tokens that the gateway takes', async () => {
    const session = await sessionOf(await signedIn());
    expect(await identity.verifier.verify(session.access_token)).toMatchObject({
      userId: session.user.id,
      email,
      aal: 'aal1',
    });
  });

  it('is told the same of a wrong password and of an unknown address', async () => {
    for (const wrong of [
      { email, password: 'wrong' },
      { email: 'nobody@example.com', password },
    ]) {
      const { data, error } = await browser().auth.signInWithPassword(wrong);
      expect(data.session).toBeNull();
      expect(error).toMatchObject({
        status: 400,
        code: 'invalid_credentials',
        message: 'Invalid login credentials',
      });
    }
  });

  it('asks who the person is', async () => {
    const client = await signedIn();
    const { data, error } = await client.auth.getUser();
    expect(error).toBeNull();
    expect(data.user).toMatchObject({ email, aud: 'authenticated', is_anonymous: false });
  });

  it('verifies the claims itself by the published key', async () => {
    const client = await signedIn();
    const { data, error } = await client.auth.getClaims();
    expect(error).toBeNull();
    expect(data?.header).toMatchObject({ alg: 'ES256', typ: 'JWT' });
    expect(data?.claims).toMatchObject({
      iss: issuer,
      aud: 'authenticated',
      role: 'authenticated',
      email,
      aal: 'aal1',
      is_anonymous: false,
      amr: [{ method: 'password', timestamp: expect.any(Number) }],
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: { name: 'Ada' },
    });
  });

  it('refreshes its session, which stays the same session', async () => {
    const client = await signedIn();
    const before = await client.auth.getClaims();
    const old = await sessionOf(client);
    identity.clock.aheadMs = 5_000;
    const { data, error } = await client.auth.refreshSession();
    expect(error).toBeNull();
    expect(data.session?.refresh_token).not.toBe(old.refresh_token);
    const after = await client.auth.getClaims();
    expect(after.data?.claims.session_id).toBe(before.data?.claims.session_id);
    expect(after.data?.claims.amr).toEqual(before.data?.claims.amr);
    expect(after.data?.claims.exp).toBeGreaterThan(before.data?.claims.exp ?? Infinity);
  });

  it('may ask for a refresh twice at once, and go on with either answer', async () => {
    const { refresh_token: token } = await sessionOf(await signedIn());
    const clients = [browser(), browser()];
    const answers = await Promise.all(
      clients.map((each) => each.auth.refreshSession({ refresh_token: token })),
    );
    for (const { error } of answers) expect(error).toBeNull();
    identity.clock.aheadMs = 60_000;
    for (const client of clients) expect((await client.auth.refreshSession()).error).toBeNull();
  });

  it('loses the session when an old refresh token comes back, for both who hold it', async () => {
    const client = await signedIn();
    const { refresh_token: stolen } = await sessionOf(client);
    await client.auth.refreshSession();
    identity.clock.aheadMs = 11_000;
    const thief = await browser().auth.refreshSession({ refresh_token: stolen });
    expect(thief.error).toMatchObject({ status: 400, code: 'refresh_token_already_used' });
    const owner = await client.auth.refreshSession();
    expect(owner.error).toMatchObject({ status: 400, code: 'refresh_token_not_found' });
  });

  it('signs out here, elsewhere or everywhere', async () => {
    const [here, there, third] = [await signedIn(), await signedIn(), await signedIn()];
    const alive = async (client: SupabaseClient, token: string) =>
      (await client.auth.getUser(token)).error === null;
    const [hereToken = '', thereToken = '', thirdToken = ''] = await Promise.all(
      [here, there, third].map(async (client) => (await sessionOf(client)).access_token),
    );
    expect((await here.auth.signOut({ scope: 'local' })).error).toBeNull();
    expect(await alive(here, hereToken)).toBe(false);
    expect(await alive(there, thereToken)).toBe(true);
    expect((await there.auth.signOut({ scope: 'others' })).error).toBeNull();
    expect(await alive(third, thirdToken)).toBe(false);
    expect(await alive(there, thereToken)).toBe(true);
    expect((await there.auth.signOut()).error).toBeNull();
    expect(await alive(there, thereToken)).toBe(false);
  });
});
