import { createHmac, KeyObject, sign } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KeySet } from '../../../src/infrastructure/supabase/key-set.js';
import { SupabaseIdentityVerifier } from '../../../src/infrastructure/supabase/supabase-identity-verifier.js';
import { ManualClock } from './manual-clock.js';
import { encode, mint, newIssuerKey, pemOf } from './test-issuer.js';
import type { IssuerKey } from './test-issuer.js';

const issuer = 'https://project.example/auth/v1';
const userId = 'b5a6f0a4-3a0e-4a51-9d8e-3f0f3b1f7c11';
const sessionId = '8c9f2f0e-5c0f-4d7f-9a55-6f1f0f3f2a22';
const sharedSecret = 'a-shared-secret-of-more-than-32-bytes';

let clock: ManualClock;
let es256: IssuerKey;
let rs256: IssuerKey;
let stranger: IssuerKey;
let verifier: SupabaseIdentityVerifier;
let claims: Record<string, unknown>;

beforeAll(async () => {
  [es256, rs256, stranger] = await Promise.all([
    newIssuerKey('key-es'),
    newIssuerKey('key-rs', 'RS256'),
    newIssuerKey('key-es'),
  ]);
});

beforeEach(() => {
  clock = new ManualClock();
  claims = {
    iss: issuer,
    aud: 'authenticated',
    role: 'authenticated',
    sub: userId,
    email: 'ada@example.com',
    session_id: sessionId,
    aal: 'aal2',
    is_anonymous: false,
    iat: clock.seconds,
    exp: clock.seconds + 3_600,
  };
  verifier = verifierWith([es256, rs256]);
});

function verifierWith(keys: readonly IssuerKey[], secret?: string) {
  const set = new KeySet({ keys: keys.map((key) => key.jwk) });
  return new SupabaseIdentityVerifier({ issuer, keys: set, sharedSecret: secret, clock });
}

/** Signs whatever text stands for header and claims. */
function handMade(header: string, payload: string, key: IssuerKey = es256): string {
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = sign('sha256', Buffer.from(input), { key: keyObject(key), dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

function hmac(header: object, key: string | Buffer): string {
  const input = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}

const keyObject = (key: IssuerKey) => KeyObject.from(key.privateKey);

async function expectRefused(token: string, by = verifier): Promise<void> {
  const error: unknown = await by.verify(token).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'unauthenticated', message: 'No valid credential was presented' });
}

describe('a good access token', () => {
  it('says who the person is', async () => {
    expect(await verifier.verify(await mint(es256, claims))).toEqual({
      userId,
      email: 'ada@example.com',
      aal: 'aal2',
      secondFactorAt: null,
      sessionId,
      expiresAt: new Date((clock.seconds + 3_600) * 1000),
    });
  });

  it('may be signed with RSA', async () => {
    expect(await verifier.verify(await mint(rs256, claims))).toMatchObject({ userId });
  });

  it('may leave out what older servers leave out', async () => {
    const { iss, aud, role, sub, exp } = claims;
    expect(await verifier.verify(await mint(es256, { iss, aud, role, sub, exp }))).toMatchObject({
      email: null,
      aal: 'aal1',
      sessionId: null,
    });
  });

  it('may name several audiences, if the right one is among them', async () => {
    const token = await mint(es256, { ...claims, aud: ['other', 'authenticated'] });
    expect(await verifier.verify(token)).toMatchObject({ userId });
  });

  it('may carry claims that mean nothing here', async () => {
    const extra = {
      amr: ['password'],
      app_metadata: { role: 'admin' },
      user_metadata: { sub: 'x' },
      phone: '',
    };
    expect(await verifier.verify(await mint(es256, { ...claims, ...extra }))).toMatchObject({ userId });
  });

  it('is good until half a minute after its end, for clocks that disagree', async () => {
    const token = await mint(es256, claims);
    clock.advance(3_629_000);
    expect(await verifier.verify(token)).toMatchObject({ userId });
    clock.advance(2_000);
    await expectRefused(token);
  });

  it('is refused at its end also when it was checked a moment before', async () => {
    const token = await mint(es256, { ...claims, exp: clock.seconds + 10 });
    await verifier.verify(token);
    clock.advance(41_000);
    await expectRefused(token);
  });

  it('lends nothing to a token that differs in its signature', async () => {
    const token = await mint(es256, claims);
    await verifier.verify(token);
    await expectRefused(`${token.slice(0, -8)}AAAAAAAA`);
  });
});

describe('an access token is refused', () => {
  const changes: readonly [string, Record<string, unknown>][] = [
    ['has expired', { exp: 1_700_000_000 }],
    ['never expires', { exp: undefined }],
    ['expires in text', { exp: '4102444800' }],
    ['lives ten years', { exp: 2_110_000_000 }],
    ['is not good yet', { nbf: 1_795_500_000 }],
    ['comes from the future', { iat: 1_795_500_000 }],
    ['has another issuer', { iss: 'https://evil.example/auth/v1' }],
    ['has the issuer with a slash behind', { iss: `${issuer}/` }],
    ['has no issuer', { iss: undefined }],
    ['is a legacy key of "supabase"', { iss: 'supabase', ref: 'abc' }],
    ['names a project', { ref: 'abc' }],
    ['is for another audience', { aud: 'anon' }],
    ['is for several audiences but not this one', { aud: ['anon', 'Authenticated'] }],
    ['is for nobody', { aud: undefined }],
    ['has the role anon', { role: 'anon' }],
    ['has the role service_role', { role: 'service_role' }],
    ['has the role supabase_admin', { role: 'supabase_admin' }],
    ['has no role', { role: undefined }],
    ['has a list of roles', { role: ['authenticated'] }],
    ['names nobody', { sub: undefined }],
    ['names somebody by e-mail', { sub: 'ada@example.com' }],
    ['is of an anonymous user', { is_anonymous: true }],
    ['is perhaps of an anonymous user', { is_anonymous: 'false' }],
    ['is of an OAuth client', { client_id: '0b0e9b1e-2f55-4f5e-8c6b-111111111111' }],
    ['is an ID token', { nonce: 'n', auth_time: 1 }],
    ['is the address of a file', { url: 'bucket/file.png' }],
    ['has a strange session', { session_id: 'x' }],
    ['has a strange level', { aal: 'aal3' }],
  ];

  it.each(changes)('when it %s', async (_, change) => {
    await verifier.verify(await mint(es256, claims));
    await expectRefused(await mint(es256, { ...claims, ...change }));
  });

  it('when it lives longer than a day and five minutes', async () => {
    const limit = clock.seconds + 86_700;
    expect(await verifier.verify(await mint(es256, { ...claims, exp: limit }))).toMatchObject({ userId });
    await expectRefused(await mint(es256, { ...claims, exp: limit + 1 }));
  });

  it('when it was issued more than a minute ahead', async () => {
    const ahead = clock.seconds + 60;
    expect(await verifier.verify(await mint(es256, { ...claims, iat: ahead }))).toMatchObject({ userId });
    await expectRefused(await mint(es256, { ...claims, iat: ahead + 1 }));
  });

  const headers: readonly [string, object][] = [
    ['no key id', { kid: undefined }],
    ['an unknown key id', { kid: 'other' }],
    ['the id of a key of another kind', { kid: 'key-rs' }],
    ['an endless key id', { kid: 'k'.repeat(129) }],
    ['a key id of another type', { kid: ['key-es'] }],
    ['another type', { typ: 'fieldgate-grant+jwt' }],
    ['the type of an OAuth access token', { typ: 'at+jwt' }],
    ['jku', { jku: 'https://evil.example/keys' }],
    ['jwk', { jwk: { kty: 'EC' } }],
    ['x5u', { x5u: 'https://evil.example/cert' }],
    ['x5c', { x5c: ['MII'] }],
    ['an unknown crit', { crit: ['exp'] }],
    ['b64', { b64: true }],
  ];

  it.each(headers)('when its header has %s', async (_, change) => {
    const header = JSON.stringify({ alg: 'ES256', kid: 'key-es', typ: 'JWT', ...change });
    await expectRefused(handMade(header, JSON.stringify(claims)));
  });

  it('when it is not signed, however that is written', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      const parts = `${encode(JSON.stringify({ alg, typ: 'JWT' }))}.${encode(JSON.stringify(claims))}`;
      await expectRefused(`${parts}.`);
      await expectRefused(parts);
      await expectRefused(`${parts}.AA`);
    }
  });

  it('when it is signed with a public key as if that were a secret', async () => {
    const pem = await pemOf(es256);
    for (const by of [verifier, verifierWith([es256, rs256], sharedSecret)]) {
      for (const key of [pem, ` ${pem}`, pem.trim(), JSON.stringify(es256.jwk), '']) {
        await expectRefused(hmac({ alg: 'HS256', kid: 'key-es', typ: 'JWT' }, key), by);
        await expectRefused(hmac({ alg: 'ES256', kid: 'key-es', typ: 'JWT' }, key), by);
      }
    }
  });

  it('when it is signed by somebody else under a known name', async () => {
    await expectRefused(await mint(stranger, claims));
  });

  it('when two keys have the name that it gives', async () => {
    await expectRefused(await mint(es256, claims), verifierWith([es256, stranger]));
  });

  it('when the key is not meant for signatures', async () => {
    const keys = new KeySet({ keys: [{ ...es256.jwk, use: 'enc', key_ops: undefined }] });
    const by = new SupabaseIdentityVerifier({ issuer, keys, clock });
    await expectRefused(await mint(es256, claims), by);
  });

  it('when a member stands twice, in the header, in the claims or deeper', async () => {
    const header = JSON.stringify({ alg: 'ES256', kid: 'key-es', typ: 'JWT' });
    const payload = JSON.stringify(claims);
    expect(await verifier.verify(handMade(header, payload))).toMatchObject({ userId });
    await expectRefused(handMade(header, payload.replace('{', '{"role":"service_role",')));
    await expectRefused(handMade(header, payload.replace('{', '{"r\\u006fle":"service_role",')));
    await expectRefused(handMade(header, payload.replace('{', '{"m":[{"a":1,"a":2}],')));
    await expectRefused(handMade(header.replace('{', '{"kid":"x",'), payload));
  });

  it('when it is larger than 8 KiB', async () => {
    await expectRefused(await mint(es256, { ...claims, app_metadata: 'x'.repeat(6_200) }));
  });

  it('when it is no token at all', async () => {
    const good = await mint(es256, claims);
    const broken = [
      '',
      '.',
      '..',
      'x',
      'sb_secret_0123456789abcdef',
      'sb_publishable_0123456789abcdef',
      `fgt_${'A'.repeat(43)}`,
      `fgk_${'A'.repeat(43)}`,
      ` ${good}`,
      `${good}\n`,
      `${good}.x`,
      `${good}=`,
      handMade('[]', JSON.stringify(claims)),
      handMade('null', JSON.stringify(claims)),
      handMade('{"alg":"ES256","kid":"key-es"}', '"text"'),
      handMade('{"alg":"ES256","kid":"key-es"}', '[]'),
      handMade('{"alg":"ES256","kid":"key-es"', '{}'),
      'x'.repeat(5_000_000),
    ];
    for (const token of broken) await expectRefused(token);
  });
});

describe('a project on the shared secret', () => {
  it('has its tokens taken when the secret is configured', async () => {
    const by = verifierWith([], sharedSecret);
    expect(await by.ready()).toBe(true);
    expect(await by.verify(hmac({ alg: 'HS256', typ: 'JWT' }, sharedSecret))).toMatchObject({ userId });
    expect(await by.verify(hmac({ alg: 'HS256', kid: 'legacy' }, sharedSecret))).toMatchObject({ userId });
    await expectRefused(hmac({ alg: 'HS256' }, `${sharedSecret}!`), by);
    await expectRefused(hmac({ alg: 'HS512' }, sharedSecret), by);
  });

  it('has them refused when it is not', async () => {
    await expectRefused(hmac({ alg: 'HS256', typ: 'JWT' }, sharedSecret));
  });

  it('has its API keys refused, which the same secret signs', async () => {
    const by = verifierWith([], sharedSecret);
    for (const role of ['anon', 'service_role']) {
      claims = { iss: 'supabase', ref: 'abc', role, iat: clock.seconds, exp: clock.seconds + 3_600 };
      await expectRefused(hmac({ alg: 'HS256', typ: 'JWT' }, sharedSecret), by);
      claims = { ...claims, iss: issuer, sub: userId, aud: 'authenticated', ref: undefined };
      await expectRefused(hmac({ alg: 'HS256', typ: 'JWT' }, sharedSecret), by);
    }
  });

  it('cannot be configured with a secret that is short or public', async () => {
    const pem = await pemOf(es256);
    for (const secret of ['short', 'x'.repeat(31), pem, ` \n${pem}`, JSON.stringify(es256.jwk)]) {
      expect(() => verifierWith([], secret)).toThrow(/^SUPABASE_JWT_SECRET/);
    }
  });
});
