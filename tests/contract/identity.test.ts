import { createSecretKey } from 'node:crypto';
import { decodeJwt, SignJWT } from 'jose';
import type { Person } from '../../src/application/ports/identity-verifier.js';
import { UuidIds } from '../../src/infrastructure/signing/uuid-ids.js';
import { KeySet } from '../../src/infrastructure/supabase/key-set.js';
import { RemoteTokenKeys } from '../../src/infrastructure/supabase/remote-token-keys.js';
import { SupabaseIdentityVerifier } from '../../src/infrastructure/supabase/supabase-identity-verifier.js';
import { supabaseIssuer, supabaseKeysAddress } from '../../src/infrastructure/supabase/supabase-project.js';
import { ManualClock } from '../unit/identity/manual-clock.js';
import { mint, newIssuerKey, TestIssuer } from '../unit/identity/test-issuer.js';
import { describeIdentityVerifierContract } from './identity-verifier.contract.js';
import { openLocalAuthServer } from './local-auth-server.js';

const ids = new UuidIds();
const close = () => Promise.resolve();

function newPerson(clock: ManualClock): Person {
  const userId = ids.uuid();
  const expiresAt = new Date((clock.seconds + 3_600) * 1000);
  const secondFactorAt = new Date((clock.seconds - 60) * 1000);
  return {
    userId,
    email: `${userId}@example.com`,
    aal: 'aal2',
    secondFactorAt,
    sessionId: ids.uuid(),
    expiresAt,
  };
}

/** The claims by which Supabase Auth would say that it is this person. */
function claimsOf(person: Person, issuer: string, clock: ManualClock) {
  return {
    iss: issuer,
    aud: 'authenticated',
    role: 'authenticated',
    sub: person.userId,
    email: person.email,
    aal: person.aal,
    amr: [{ method: 'totp', timestamp: (person.secondFactorAt?.getTime() ?? 0) / 1000 }],
    session_id: person.sessionId,
    iat: clock.seconds,
    exp: person.expiresAt.getTime() / 1000,
  };
}

/** A verifier whose tokens are signed by `sign`, and the clock that both go by. */
function underTest(
  verifier: SupabaseIdentityVerifier,
  clock: ManualClock,
  issuer: string,
  sign: (claims: object) => Promise<string>,
) {
  const issue = async () => {
    const person = newPerson(clock);
    return { token: await sign(claimsOf(person, issuer, clock)), person };
  };
  const advance = (milliseconds: number) => {
    clock.advance(milliseconds);
  };
  return { verifier, clock, issue, advance, close };
}

const issuer = supabaseIssuer('https://project.example');

async function openWithKeysInMemory() {
  const [clock, key] = [new ManualClock(), await newIssuerKey('in-memory')];
  const keys = new KeySet({ keys: [key.jwk] });
  const verifier = new SupabaseIdentityVerifier({ issuer, keys, clock });
  return underTest(verifier, clock, issuer, (claims) => mint(key, claims));
}

function openWithSharedSecret() {
  const [clock, sharedSecret] = [new ManualClock(), 'a-shared-secret-of-more-than-32-bytes'];
  const keys = new KeySet({ keys: [] });
  const verifier = new SupabaseIdentityVerifier({ issuer, keys, sharedSecret, clock });
  const key = createSecretKey(Buffer.from(sharedSecret));
  const sign = (claims: object) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);
  return Promise.resolve(underTest(verifier, clock, issuer, sign));
}

async function openWithRemoteKeys() {
  const [clock, key, server] = [new ManualClock(), await newIssuerKey('remote'), new TestIssuer()];
  server.keys = [key];
  await server.listen();
  const keys = new RemoteTokenKeys({ address: supabaseKeysAddress(server.url), clock });
  const verifier = new SupabaseIdentityVerifier({ issuer: supabaseIssuer(server.url), keys, clock });
  return {
    ...underTest(verifier, clock, supabaseIssuer(server.url), (claims) => mint(key, claims)),
    takeKeysAway: () => {
      server.ill = (_, response) => response.writeHead(503).end();
    },
    bringKeysBack: () => {
      server.ill = null;
    },
    close: () => server.close(),
  };
}

/** The tokens are real ones, from people who sign in. */
async function openWithLocalAuthServer() {
  const { auth, addPerson, ...local } = await openLocalAuthServer();
  const issue = async () => {
    const [email, password] = [`${ids.uuid()}@example.com`, 'correct horse battery'];
    const { userId } = await addPerson({ email, password, name: 'Ada' });
    const session = await auth.signIn(email, password);
    if (session === 'invalid_credentials') throw new Error('The new person could not sign in.');
    const { session_id: sessionId } = decodeJwt<{ session_id: string }>(session.accessToken);
    const person: Person = {
      userId,
      email,
      aal: 'aal1',
      secondFactorAt: null,
      sessionId,
      expiresAt: session.expiresAt,
    };
    return { token: session.accessToken, person };
  };
  return { ...local, issue };
}

describeIdentityVerifierContract('Supabase, keys in memory', openWithKeysInMemory);
describeIdentityVerifierContract('Supabase, remote keys', openWithRemoteKeys, openWithRemoteKeys);
describeIdentityVerifierContract('Supabase, shared secret', openWithSharedSecret);
describeIdentityVerifierContract('tokens of LocalAuthServer', openWithLocalAuthServer);
