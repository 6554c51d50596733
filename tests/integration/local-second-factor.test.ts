import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from '@supabase/supabase-js';
import type { SupabaseClient } from '@supabase/supabase-js';
import pg from 'pg';
import { resetFactors } from '../../src/infrastructure/local-identity/reset-factors.js';
import { codeAt, wrongCodeAt } from '../support/authenticator-app.js';
import { startLocalIdentity } from './local-identity-server.js';
import type { RunningLocalIdentity } from './local-identity-server.js';

const password = 'correct horse battery';

let identity: RunningLocalIdentity;
let email: string;
let serial = 0;

beforeAll(async () => {
  identity = await startLocalIdentity();
});
afterAll(() => identity.close());

beforeEach(async () => {
  serial += 1;
  email = `ada-${String(serial)}@example.com`;
  identity.clock.aheadMs = 0;
  await identity.people.createUser({ email, password, name: 'Ada' });
});

const browser = () =>
  createClient(identity.url, 'any-key', { auth: { autoRefreshToken: false, persistSession: false } });

async function signedIn(): Promise<SupabaseClient> {
  const client = browser();
  const { error } = await client.auth.signInWithPassword({ email, password });
  expect(error).toBeNull();
  return client;
}

async function enrolled(client: SupabaseClient, friendlyName = 'phone') {
  const { data, error } = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName });
  if (error !== null) throw error;
  return { id: data.id, secret: data.totp.secret, data };
}

type Enrolled = Awaited<ReturnType<typeof enrolled>>;

const codeOf = ({ secret }: Enrolled) => codeAt(secret, identity.clock.now());
const wrongCodeOf = ({ secret }: Enrolled) => wrongCodeAt(secret, identity.clock.now());
const verified = (client: SupabaseClient, factor: Enrolled, code = codeOf(factor)) =>
  client.auth.mfa.challengeAndVerify({ factorId: factor.id, code });

async function claimsOf(client: SupabaseClient) {
  const { data } = await client.auth.getClaims();
  if (data === null) throw new Error('nobody is signed in');
  return data.claims;
}

const levelsOf = async (client: SupabaseClient) =>
  (await client.auth.mfa.getAuthenticatorAssuranceLevel()).data;

/** Somebody who has enrolled a factor and used it. */
async function strongly() {
  const client = await signedIn();
  const factor = await enrolled(client);
  expect((await verified(client, factor)).error).toBeNull();
  return { client, factor };
}

describe('the stock client', () => {
  it('enrols an authenticator app, with a picture, the secret and an address of it', async () => {
    const client = await signedIn();
    const { data } = await enrolled(client);
    expect(data).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'totp',
      friendly_name: 'phone',
      totp: {
        qr_code: expect.stringMatching(/^data:image\/svg\+xml;utf-8,<svg /),
        secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
        uri: expect.stringMatching(/^otpauth:\/\/totp\/Fieldgate:/),
      },
    });
    const { data: listed } = await client.auth.mfa.listFactors();
    expect(listed).toMatchObject({ totp: [], all: [{ id: data.id, status: 'unverified' }] });
    expect(await levelsOf(client)).toMatchObject({ currentLevel: 'aal1', nextLevel: 'aal1' });
  });

  it('names who asks for the code as it was told to', async () => {
    const client = await signedIn();
    const { data } = await client.auth.mfa.enroll({ factorType: 'totp', issuer: 'Corner shop' });
    expect(new URL(data?.totp.uri ?? '').searchParams.get('issuer')).toBe('Corner shop');
  });

  it('verifies the first code, and holds a session of the second level from then on', async () => {
    const client = await signedIn();
    const factor = await enrolled(client);
    const challenge = await client.auth.mfa.challenge({ factorId: factor.id });
    expect(challenge.data).toEqual({ id: expect.any(String), type: 'totp', expires_at: expect.any(Number) });
    const { data, error } = await client.auth.mfa.verify({
      factorId: factor.id,
      challengeId: challenge.data?.id ?? '',
      code: codeOf(factor),
    });
    expect(error).toBeNull();
    expect(data).toMatchObject({ token_type: 'bearer', expires_in: 3_600, user: { email } });
    expect(await levelsOf(client)).toMatchObject({ currentLevel: 'aal2', nextLevel: 'aal2' });
    expect(await claimsOf(client)).toMatchObject({
      aal: 'aal2',
      amr: [
        { method: 'password', timestamp: expect.any(Number) },
        { method: 'totp', timestamp: expect.any(Number) },
      ],
    });
    const { data: listed } = await client.auth.mfa.listFactors();
    expect(listed?.totp).toMatchObject([
      { id: factor.id, friendly_name: 'phone', factor_type: 'totp', status: 'verified' },
    ]);
    expect((await client.auth.getUser()).data.user?.factors).toHaveLength(1);
  });

  it('gets tokens that tell the gateway of the factor and of the time of its use', async () => {
    const { client } = await strongly();
    const { data } = await client.auth.getSession();
    const person = await identity.verifier.verify(data.session?.access_token ?? '');
    expect(person).toMatchObject({ email, aal: 'aal2', secondFactorAt: expect.any(Date) });
  });

  it('keeps level and time over a refresh, and begins without at the next sign-in', async () => {
    const { client } = await strongly();
    const before = await claimsOf(client);
    identity.clock.aheadMs = 600_000;
    expect((await client.auth.refreshSession()).error).toBeNull();
    const after = await claimsOf(client);
    expect(after).toMatchObject({ aal: 'aal2', amr: before.amr, session_id: before.session_id });
    expect(after.exp).toBeGreaterThan(before.exp);
    const again = await signedIn();
    expect(await levelsOf(again)).toMatchObject({ currentLevel: 'aal1', nextLevel: 'aal2' });
  });

  it('renews the time of the use by another code', async () => {
    const { client, factor } = await strongly();
    const before = await claimsOf(client);
    identity.clock.aheadMs = 400_000;
    expect((await verified(client, factor)).error).toBeNull();
    const timeOf = ({ amr = [] }: Awaited<ReturnType<typeof claimsOf>>) =>
      amr.flatMap((way) => (typeof way === 'string' || way.method !== 'totp' ? [] : [way.timestamp]));
    const [was = 0] = timeOf(before);
    const [is = 0] = timeOf(await claimsOf(client));
    expect(is - was).toBeGreaterThanOrEqual(400);
  });

  it('is told of a wrong code and of one that was used before in the same words', async () => {
    const client = await signedIn();
    const factor = await enrolled(client);
    const used = codeOf(factor);
    const refused = { status: 422, code: 'mfa_verification_failed' };
    expect((await verified(client, factor, wrongCodeOf(factor))).error).toMatchObject(refused);
    expect((await verified(client, factor, used)).error).toBeNull();
    expect((await verified(client, factor, used)).error).toMatchObject(refused);
  });

  it('comes too late after 300 s', async () => {
    const client = await signedIn();
    const factor = await enrolled(client);
    const { data } = await client.auth.mfa.challenge({ factorId: factor.id });
    identity.clock.aheadMs = 300_000;
    const answer = { factorId: factor.id, challengeId: data?.id ?? '', code: codeOf(factor) };
    expect((await client.auth.mfa.verify(answer)).error).toMatchObject({
      ...{ status: 422, code: 'mfa_challenge_expired' },
    });
  });

  it('does not see the factors of others, and cannot use them', async () => {
    const { client, factor } = await strongly();
    const challenge = await client.auth.mfa.challenge({ factorId: factor.id });
    email = `stranger-${email}`;
    await identity.people.createUser({ email, password, name: 'Bob' });
    const stranger = await signedIn();
    const unknown = { status: 404, code: 'mfa_factor_not_found' };
    const answer = {
      factorId: factor.id,
      challengeId: challenge.data?.id ?? '',
      code: codeAt(factor.secret, identity.clock.now(), 1),
    };
    expect((await stranger.auth.mfa.listFactors()).data?.all).toEqual([]);
    expect((await stranger.auth.mfa.challenge({ factorId: factor.id })).error).toMatchObject(unknown);
    expect((await stranger.auth.mfa.verify(answer)).error).toMatchObject(unknown);
    expect((await stranger.auth.mfa.unenroll({ factorId: factor.id })).error).toMatchObject(unknown);
  });

  it('may not guess on: after ten codes it has to wait, also with the right one', async () => {
    const client = await signedIn();
    const factor = await enrolled(client);
    for (let each = 0; each < 10; each += 1) await verified(client, factor, wrongCodeOf(factor));
    expect((await verified(client, factor)).error).toMatchObject({
      ...{ status: 429, code: 'over_request_rate_limit' },
    });
  });

  it('is told of a taken name and of too many', async () => {
    const client = await signedIn();
    for (let each = 0; each < 10; each += 1) await enrolled(client, `phone ${String(each)}`);
    const enrol = async (friendlyName: string) =>
      (await client.auth.mfa.enroll({ factorType: 'totp', friendlyName })).error;
    expect(await enrol('phone 3')).toMatchObject({ status: 422, code: 'mfa_factor_name_conflict' });
    expect(await enrol('another')).toMatchObject({ status: 422, code: 'too_many_enrolled_mfa_factors' });
  });

  it('removes a factor when it has used one, and is of the first level again', async () => {
    const { client, factor } = await strongly();
    const weak = await signedIn();
    const needed = { status: 403, code: 'insufficient_aal' };
    expect((await weak.auth.mfa.unenroll({ factorId: factor.id })).error).toMatchObject(needed);
    expect((await weak.auth.mfa.enroll({ factorType: 'totp' })).error).toMatchObject(needed);
    const { data } = await client.auth.mfa.unenroll({ factorId: factor.id });
    expect(data).toEqual({ id: factor.id });
    await client.auth.refreshSession();
    expect(await levelsOf(client)).toMatchObject({ currentLevel: 'aal1', nextLevel: 'aal1' });
  });

  it('changes the password, which ends the other sign-ins', async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    const { data, error } = await here.auth.updateUser({ password: 'a better horse battery' });
    expect(error).toBeNull();
    expect(data.user).toMatchObject({ email });
    expect((await here.auth.refreshSession()).error).toBeNull();
    expect((await there.auth.refreshSession()).error).toMatchObject({ code: 'refresh_token_not_found' });
    const old = await browser().auth.signInWithPassword({ email, password });
    expect(old.error).toMatchObject({ code: 'invalid_credentials' });
    const fresh = await browser().auth.signInWithPassword({ email, password: 'a better horse battery' });
    expect(fresh.error).toBeNull();
  });

  it('is told why a password is not taken, and that nothing else can be changed', async () => {
    const client = await signedIn();
    const change = async (attributes: object) => (await client.auth.updateUser(attributes)).error;
    expect(await change({ password: 'short' })).toMatchObject({ status: 422, code: 'weak_password' });
    expect(await change({ password })).toMatchObject({ status: 422, code: 'same_password' });
    const unwell = { status: 400, code: 'validation_failed' };
    expect(await change({ email: 'other@example.com' })).toMatchObject(unwell);
    expect(await change({ password: 'a better horse', data: { name: 'B' } })).toMatchObject(unwell);
    await strongly();
    const weak = await signedIn();
    const { error } = await weak.auth.updateUser({ password: 'a better horse' });
    expect(error).toMatchObject({ status: 403, code: 'insufficient_aal' });
  });
});

describe('a second factor', () => {
  it('is kept sealed, for itself alone', async () => {
    const { factor } = await strongly();
    const owner = new pg.Client({ connectionString: identity.databaseUrl });
    await owner.connect();
    const { rows } = await owner.query<{ sealed_secret: string }>('select * from fieldgate.local_factors');
    await owner.end();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(factor.secret);
    for (const row of rows) expect(row.sealed_secret).toMatch(/^eyJ[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('that was lost is removed by the operator, together with every sign-in of the person', async () => {
    const { client, factor } = await strongly();
    const reset = await resetFactors(` ${email.toUpperCase()}`, identity);
    expect(reset).toEqual({ userId: expect.any(String), removed: 1 });
    expect((await client.auth.refreshSession()).error).toMatchObject({ code: 'refresh_token_not_found' });
    const again = await signedIn();
    expect(await levelsOf(again)).toMatchObject({ currentLevel: 'aal1', nextLevel: 'aal1' });
    expect((await verified(again, factor)).error).toMatchObject({ code: 'mfa_factor_not_found' });
    await expect(resetFactors('nobody@example.com', identity)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});
