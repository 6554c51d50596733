import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RemoteTokenKeys } from '../../../src/infrastructure/supabase/remote-token-keys.js';
import { SupabaseIdentityVerifier } from '../../../src/infrastructure/supabase/supabase-identity-verifier.js';
import {
  supabaseIssuer,
  supabaseKeysAddress,
} from '../../../src/infrastructure/supabase/supabase-project.js';
import { eventually } from '../../support/eventually.js';
import { ManualClock } from './manual-clock.js';
import { mint, newIssuerKey, TestIssuer } from './test-issuer.js';
import type { IssuerKey } from './test-issuer.js';

const userId = 'b5a6f0a4-3a0e-4a51-9d8e-3f0f3b1f7c11';
const unauthenticated = { code: 'unauthenticated' };
const unavailable = {
  code: 'dependency_unavailable',
  message: 'The keys of the identity provider cannot be had.',
};

let clock: ManualClock;
let issuer: TestIssuer;
let first: IssuerKey;
let second: IssuerKey;
let requestId: string | undefined;
let verifier: SupabaseIdentityVerifier;

beforeEach(async () => {
  clock = new ManualClock();
  issuer = new TestIssuer();
  await issuer.listen();
  [first, second] = await Promise.all([newIssuerKey('first'), newIssuerKey('second')]);
  issuer.keys = [first];
  requestId = undefined;
  const keys = new RemoteTokenKeys({
    address: supabaseKeysAddress(issuer.url),
    clock,
    requestId: () => requestId,
  });
  verifier = new SupabaseIdentityVerifier({ issuer: supabaseIssuer(`${issuer.url}/`), keys, clock });
});

afterEach(() => issuer.close());

let serial = 0;
/** Each token is a new one: a verified token is remembered for a while. */
function token(key: IssuerKey, header: object = {}): Promise<string> {
  serial += 1;
  const times = { iat: clock.seconds, exp: clock.seconds + 3_600 };
  const rights = { iss: `${issuer.url}/auth/v1`, aud: 'authenticated', role: 'authenticated' };
  return mint(key, { ...rights, ...times, sub: userId, serial }, header);
}

const verify = async (key: IssuerKey) => verifier.verify(await token(key));
const away = () => {
  issuer.ill = (_, response) => {
    response.writeHead(503).end();
  };
};

describe('the keys of a project', () => {
  it('are fetched once for many people who come at the same moment', async () => {
    const people = await Promise.all(Array.from({ length: 50 }, () => verify(first)));
    expect(people).toHaveLength(50);
    expect(issuer.requests).toHaveLength(1);
  });

  it('are kept for ten minutes', async () => {
    await verify(first);
    clock.advance(599_999);
    await verify(first);
    expect(issuer.requests).toHaveLength(1);
    clock.advance(1);
    await verify(first);
    expect(issuer.requests).toHaveLength(2);
  });

  it('are asked for in the name of the request that needs them', async () => {
    requestId = 'request-7';
    await verify(first);
    expect(issuer.requests).toEqual(['request-7']);
  });

  it('rotate without a restart: standby, in use, old one revoked', async () => {
    await verify(first);
    issuer.keys = [first, second];
    await verify(second);
    await verify(first);
    expect(issuer.requests).toHaveLength(2);
    issuer.keys = [second];
    clock.advance(600_000);
    await expect(verify(first)).rejects.toMatchObject(unauthenticated);
    await verify(second);
  });

  it('are asked for once in 30 seconds, however many unknown ones are named', async () => {
    await verify(first);
    for (let round = 0; round < 50; round += 1) {
      const forged = await token(second, { kid: `unknown-${String(round)}` });
      await expect(verifier.verify(forged)).rejects.toMatchObject(unauthenticated);
    }
    expect(issuer.requests).toHaveLength(2);
    clock.advance(29_999);
    await expect(verify(second)).rejects.toMatchObject(unauthenticated);
    expect(issuer.requests).toHaveLength(2);
    clock.advance(1);
    await expect(verify(second)).rejects.toMatchObject(unauthenticated);
    expect(issuer.requests).toHaveLength(3);
  });

  it('are not asked for by tokens that could never be good', async () => {
    await verifier.verify('x.y.z').catch(() => undefined);
    await verifier.verify(await token(first, { jku: 'https://evil.example' })).catch(() => undefined);
    expect(issuer.requests).toHaveLength(0);
  });

  it('serve on while the server is away, and are renewed when it is back', async () => {
    await verify(first);
    away();
    for (let hour = 0; hour < 48; hour += 1) {
      clock.advance(3_600_000);
      await verify(first);
    }
    expect(await verifier.ready()).toBe(true);
    issuer.ill = null;
    issuer.keys = [second];
    await eventually(async () => {
      clock.advance(31_000);
      await verify(second);
    });
    await expect(verify(first)).rejects.toMatchObject(unauthenticated);
  });

  it('are asked for at most every 30 seconds while the server is away', async () => {
    await verify(first);
    away();
    clock.advance(600_000);
    for (let round = 0; round < 20; round += 1) await verify(first);
    expect(issuer.requests).toHaveLength(2);
  });

  it('leave a key unjudged that could not be heard of', async () => {
    await verify(first);
    away();
    await expect(verify(second)).rejects.toMatchObject(unavailable);
    await expect(verify(second)).rejects.toMatchObject(unavailable);
    expect(issuer.requests).toHaveLength(2);
    await verify(first);
  });
});

describe('without any key', () => {
  const illnesses: readonly [string, TestIssuer['ill']][] = [
    ['answers 500', (_, response) => response.writeHead(500).end('{"keys":[]}')],
    ['hangs up', (request) => request.socket.destroy()],
    ['sends no JSON', (_, response) => response.end('<html>')],
    ['sends other JSON', (_, response) => response.end('{"keys":"none"}')],
    ['sends null', (_, response) => response.end('null')],
    ['has no key', (_, response) => response.end('{"keys":[]}')],
    [
      'sends without end',
      (_, response) => response.end(JSON.stringify({ keys: [], pad: 'x'.repeat(70_000) })),
    ],
    ['redirects', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
  ];

  it.each(illnesses)('nobody is judged while the server %s', async (_, ill) => {
    issuer.ill = ill;
    await expect(verify(first)).rejects.toMatchObject(unavailable);
    expect(await verifier.ready()).toBe(false);
    issuer.ill = null;
    clock.advance(30_000);
    expect(await verify(first)).toMatchObject({ userId });
    expect(await verifier.ready()).toBe(true);
  });

  it('the server is not asked by every request again', async () => {
    away();
    for (let round = 0; round < 20; round += 1)
      await expect(verify(first)).rejects.toMatchObject(unavailable);
    expect(issuer.requests).toHaveLength(1);
  });

  it('a server that never answers is given up on after five seconds', async () => {
    issuer.ill = () => undefined;
    const began = performance.now();
    await expect(verify(first)).rejects.toMatchObject(unavailable);
    expect(performance.now() - began).toBeGreaterThan(4_900);
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  it('a redirect is not followed', async () => {
    const target = new TestIssuer();
    await target.listen();
    target.keys = [first];
    issuer.ill = (request, response) =>
      response.writeHead(307, { location: `${target.url}${request.url ?? ''}` }).end();
    await expect(verify(first)).rejects.toMatchObject(unavailable);
    expect(target.requests).toHaveLength(0);
    await target.close();
  });
});
