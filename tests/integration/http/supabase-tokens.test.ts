import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompactEncrypt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { AddMember } from '../../../src/application/customer/add-member.js';
import { use } from '../../../src/composition/provide.js';
import { ApiClient, newDevice } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { say } from '../../support/http/raw-connection.js';
import type { Claims } from '../../support/http/supabase-project.js';
import { newCustomerOf, SupabaseProject } from '../../support/http/supabase-project.js';
import { encode, mint, newIssuerKey, pemOf } from '../../unit/identity/test-issuer.js';

const me = '/api/v1/customer/me';
const ada = randomUUID();
const sharedSecret = 'a-shared-secret-of-more-than-32-bytes';

let project: SupabaseProject;
let gateway: OpenedGateway;
let customerId: string;

beforeAll(async () => {
  project = await SupabaseProject.open();
  gateway = await openGateway({ environment: { ...project.environment, RATE_USER_PER_MINUTE: '100000' } });
  ({ customerId } = await newCustomerOf(gateway, ada));
});
afterAll(async () => {
  await gateway.close();
  await project.close();
});

const withToken = (token: string, url = gateway.url) =>
  new ApiClient(url, { authorization: `Bearer ${token}` });
const statusOf = async (token: string, url = gateway.url) => (await withToken(token, url).get(me)).status;
const tokenWith = (change: Claims, header: object = {}) => project.token(ada, change, header);

/** Every one of them gets the same answer, and none of them is told why. */
async function refuse(...tokens: (string | Promise<string>)[]): Promise<void> {
  for (const token of tokens) {
    const answer = await withToken(await token).get(me);
    expect([answer.status, answer.body['code'], answer.body['detail']]).toEqual([
      401,
      'unauthenticated',
      expect.not.stringMatching(/token|expired|signature|audience/i),
    ]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  }
}

const refuseClaims = (...changes: Claims[]) => refuse(...changes.map((change) => tokenWith(change)));
const refuseHeaders = (...headers: object[]) => refuse(...headers.map((header) => tokenWith({}, header)));

function hmac(header: object, claims: Claims, key: string): string {
  const input = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}

const now = (): number => Math.floor(Date.now() / 1_000);

/** The rules for an access token of Supabase Auth at this gateway, each with what would break it. */
const rules: Readonly<Record<string, () => Promise<void>>> = {
  'comes in one Authorization header and nowhere else': async () => {
    const token = await tokenWith({});
    const anybody = new ApiClient(gateway.url);
    expect((await anybody.get(`${me}?access_token=${token}`)).status).not.toBe(200);
    expect((await anybody.with({ cookie: `sb-access-token=${token}` }).get(me)).status).toBe(401);
    expect((await anybody.with({ 'x-device-token': token }).get(me)).status).toBe(401);
    await refuse(`${token} ${token}`, `${token},${token}`, `${token}${'x'.repeat(8_192)}`);
    const raw = await say(
      gateway.url,
      `GET ${me} HTTP/1.1\r\nHost: gate\r\nAuthorization: Basic YTpi\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1\.1 4/);
    expect(JSON.stringify(gateway.log)).not.toContain(token);
  },

  'is three parts of JSON, each member once, with nothing in the header that nobody knows': async () => {
    const header = { alg: 'ES256', kid: 'project-key', typ: 'JWT' };
    const claims = JSON.stringify(project.claims(ada));
    expect(await statusOf(project.handMade(JSON.stringify(header), claims))).toBe(200);
    const twice = claims.replace('"role":', '"role":"anon","role":');
    const { publicKey } = await generateKeyPair('ECDH-ES+A256KW', { extractable: true });
    const encrypted = await new CompactEncrypt(Buffer.from(JSON.stringify(project.claims(ada))))
      .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'project-key' })
      .encrypt(publicKey);
    const odd = [{ crit: ['exp'] }, { b64: true }, { typ: 'at+jwt' }].map((change) =>
      project.handMade(JSON.stringify({ ...header, ...change }), claims),
    );
    await refuse(encrypted, project.handMade(JSON.stringify(header), twice), ...odd, 'a.b', 'a.b.c', '..');
    await refuseHeaders(
      { jku: `${project.issuer.url}/auth/v1/.well-known/jwks.json` },
      { jwk: project.key.jwk },
      { x5u: 'https://evil.example/cert' },
      { x5c: ['MII'] },
    );
  },

  'is signed by an algorithm of the list, and never by one of its own choice': async () => {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const edDsa = new SignJWT({ ...project.claims(ada) })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'project-key', typ: 'JWT' })
      .sign(privateKey);
    const publicJwk = JSON.stringify(await exportJWK(project.key.publicKey));
    const pem = await pemOf(project.key);
    const header = { alg: 'HS256', kid: 'project-key', typ: 'JWT' };
    const confused = [pem, pem.trim(), ` ${pem}`, publicJwk].map((key) =>
      hmac(header, project.claims(ada), key),
    );
    await refuse(edDsa, ...confused);
  },

  'is signed': async () => {
    const body = encode(JSON.stringify(project.claims(ada)));
    const unsigned = ['none', 'None', 'NONE', 'nOnE', ''].map(
      (alg) => `${encode(JSON.stringify({ alg, kid: 'project-key', typ: 'JWT' }))}.${body}.`,
    );
    await refuse(...unsigned, `${(await tokenWith({})).split('.').slice(0, 2).join('.')}.`);
  },

  'names its key, which is of the kind that the header says': async () => {
    await refuseHeaders({ kid: undefined }, { kid: '' }, { kid: 'k'.repeat(129) }, { kid: '../../etc' });
    const other = await newIssuerKey('project-key', 'RS256');
    await refuse(mint(other, project.claims(ada)));
  },

  'is checked with the keys of the configured project, wherever it says that it comes from': async () => {
    const stranger = await SupabaseProject.open();
    try {
      await refuse(
        stranger.token(ada),
        mint(stranger.key, project.claims(ada)),
        tokenWith({ iss: `${stranger.issuer.url}/auth/v1` }),
      );
      expect(stranger.issuer.requests).toEqual([]);
    } finally {
      await stranger.close();
    }
  },

  'is still taken while Supabase is away': async () => {
    expect(await statusOf(await tokenWith({}))).toBe(200);
    project.issuer.ill = (request) => request.socket.destroy();
    expect(await statusOf(await tokenWith({}))).toBe(200);
    project.issuer.ill = null;
  },

  'that names an unknown key makes the gateway ask once, and not each time': async () => {
    expect(await statusOf(await tokenWith({}))).toBe(200);
    const before = project.issuer.requests.length;
    await refuse(...Array.from({ length: 20 }, (_, n) => tokenWith({}, { kid: `unknown-${String(n)}` })));
    expect(project.issuer.requests.length - before).toBeLessThanOrEqual(1);
  },

  'is of exactly the configured issuer': () =>
    refuseClaims(
      { iss: `${project.issuer.url}/auth/v1/` },
      { iss: project.issuer.url },
      { iss: 'https://other.supabase.co/auth/v1' },
      { iss: undefined },
      { iss: [`${project.issuer.url}/auth/v1`] },
    ),

  'is for the audience "authenticated"': async () => {
    expect(await statusOf(await tokenWith({ aud: ['other', 'authenticated'] }))).toBe(200);
    await refuseClaims({ aud: undefined }, { aud: 'anon' }, { aud: ['Authenticated'] }, { aud: [] });
  },

  'has an end that is not far away, and is from now': () =>
    refuseClaims(
      { exp: undefined },
      { exp: now() - 60 },
      { exp: now() + 10 * 365 * 86_400 },
      { exp: now() + 86_400 + 400 },
      { exp: String(now() + 3_600) },
      { nbf: now() + 120 },
      { iat: now() + 120 },
    ),

  'names a person by a UUID': () =>
    refuseClaims({ sub: undefined }, { sub: '' }, { sub: 'ada@example.com' }, { sub: 7 }),

  'has the role "authenticated" and no other': () =>
    refuseClaims(
      { role: 'service_role' },
      { role: 'supabase_admin' },
      { role: 'anon' },
      { role: undefined },
      { role: ['authenticated'] },
    ),

  'is no legacy key of the project': () =>
    refuseClaims({ ref: 'abcdefgh' }, { iss: 'supabase', ref: 'abcdefgh' }),

  'is no key of the new kind': () =>
    refuse(`sb_secret_${'x'.repeat(32)}`, `sb_publishable_${'x'.repeat(32)}`),

  'is not of an anonymous user': () =>
    refuseClaims({ is_anonymous: true }, { is_anonymous: 'false' }, { is_anonymous: 1 }),

  'is not of an OAuth client': () => refuseClaims({ client_id: randomUUID() }, { client_id: '' }),

  'is no ID token': () => refuseClaims({ nonce: 'n' }, { auth_time: now() }),

  'is no address of a stored file': () => refuseClaims({ url: 'bucket/file.png' }),

  'says how well the person proved who they are, in a known word': async () => {
    await refuseClaims({ aal: 'aal3' }, { aal: 2 }, { aal: ['aal2'] });
    const { body } = await withToken(await tokenWith({ aal: 'aal2' })).get(me);
    expect(body['authenticationLevel']).toBe('aal2');
  },

  'gives no rights by what the user can edit, nor by what the provider noted': async () => {
    const viewer = randomUUID();
    await use(gateway.container, AddMember).execute({
      member: { customerId, userId: viewer, name: 'Vic', role: 'viewer' },
      cause: { actor: { kind: 'cli', id: 'operator' }, requestId: null },
    });
    const claim = { role: 'admin', customer_id: customerId };
    const token = await project.token(viewer, {
      user_metadata: claim,
      app_metadata: claim,
      user_role: 'admin',
    });
    const api = withToken(token);
    expect((await api.get(me)).body['role']).toBe('viewer');
    expect((await api.post('/api/v1/customer/devices/provision', { name: 'Kiosk' })).status).toBe(403);
  },

  'may carry what a hook of the project adds, and gains nothing by it, nor by its size': async () => {
    expect(await statusOf(await tokenWith({ hooked: { deep: [1, null, 'x'] }, amr: 'odd' }))).not.toBe(500);
    expect(await statusOf(await tokenWith({ hooked: { deep: [1, null, 'x'] } }))).toBe(200);
    await refuse(tokenWith({ hooked: 'x'.repeat(7_000) }));
  },

  'may be signed with the shared secret where that is configured, and only there': async () => {
    const legacy = await openGateway({
      environment: { ...project.environment, SUPABASE_JWT_SECRET: sharedSecret },
    });
    try {
      await newCustomerOf(legacy, ada);
      const header = { alg: 'HS256', typ: 'JWT' };
      expect(await statusOf(hmac(header, project.claims(ada), sharedSecret), legacy.url)).toBe(200);
      const forged = [
        hmac(header, project.claims(ada), await pemOf(project.key)),
        hmac(header, project.claims(ada), JSON.stringify(project.key.jwk)),
        hmac(header, project.claims(ada, { role: 'service_role' }), sharedSecret),
        hmac(header, project.claims(ada, { ref: 'abcdefgh', role: 'anon' }), sharedSecret),
        hmac(header, project.claims(ada, { exp: now() + 10 * 365 * 86_400 }), sharedSecret),
      ];
      for (const token of forged) expect(await statusOf(token, legacy.url)).toBe(401);
    } finally {
      await legacy.close();
    }
    await refuse(hmac({ alg: 'HS256', typ: 'JWT' }, project.claims(ada), sharedSecret));
  },

  'lends nothing to another token that looks like it': async () => {
    const token = await tokenWith({});
    expect(await statusOf(token)).toBe(200);
    const [header = '', body = '', signature = ''] = token.split('.');
    const other = await project.token(randomUUID());
    const [, otherBody = '', otherSignature = ''] = other.split('.');
    await refuse(
      `${header}.${body}.${otherSignature}`,
      `${header}.${otherBody}.${signature}`,
      `${header}.${body}.${signature.slice(0, -4)}AAAA`,
    );
  },

  'is checked by a library that refuses what it does not understand': () => {
    const lock = readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8');
    expect(lock).toContain('"node_modules/jose"');
    for (const other of ['fast-jwt', 'jsonwebtoken', '@fastify/jwt'])
      expect(lock).not.toContain(`"node_modules/${other}"`);
    return Promise.resolve();
  },

  'is refused by one answer; 503 says that it could not be judged': async () => {
    await refuse(
      tokenWith({ exp: now() - 60 }),
      tokenWith({}, { kid: 'unknown' }),
      randomBytes(32).toString('hex'),
    );
    const away = await SupabaseProject.open();
    const lonely = await openGateway({ environment: away.environment });
    try {
      const token = await away.token(ada);
      away.issuer.ill = (_, response) => response.writeHead(500).end();
      const answer = await withToken(token, lonely.url).get(me);
      expect([answer.status, answer.body['code']]).toEqual([503, 'dependency_unavailable']);
      expect(answer.headers.get('retry-after')).not.toBeNull();
    } finally {
      await lonely.close();
      await away.close();
    }
  },

  'opens no door of devices, and their tokens none of people': async () => {
    const token = await tokenWith({});
    const device = await newDevice(withToken(token));
    const knock = (headers: Record<string, string>) =>
      new ApiClient(gateway.url, headers).post('/api/v1/device/heartbeat', { status: 'ok' });
    expect((await knock({ authorization: `Bearer ${token}` })).status).toBe(401);
    expect((await knock({ 'x-device-token': token })).status).toBe(401);
    expect((await device.api.post('/api/v1/device/heartbeat', { status: 'ok' })).status).toBe(200);
    expect((await device.api.get(me)).status).toBe(401);
  },

  'that is bad is not made good by another credential beside it': async () => {
    const device = await newDevice(withToken(await tokenWith({})));
    const authorization = `Bearer ${await tokenWith({ exp: now() - 60 })}`;
    expect(
      (await device.api.with({ authorization }).post('/api/v1/device/heartbeat', { status: 'ok' })).status,
    ).toBe(401);
  },
};

describe('an access token of Supabase Auth', () => {
  it.each(Object.entries(rules))('%s', async (_, holds) => {
    await holds();
  });
});
