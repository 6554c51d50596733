import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import type { AuthServer, AuthSession } from '../../src/application/ports/auth-server.js';
import type { Clock } from '../../src/application/ports/clock.js';
import type { IdentityVerifier } from '../../src/application/ports/identity-verifier.js';
import { eventually } from '../support/eventually.js';

export interface AuthServerUnderTest {
  readonly auth: AuthServer;
  /** The gateway's check of the tokens. */
  readonly verifier: IdentityVerifier;
  readonly clock: Clock;
  advance(milliseconds: number): void;
  addPerson(person: { email: string; password: string; name: string }): Promise<{ readonly userId: string }>;
  /** Puts the accounts out of reach. */
  cutOff(): Promise<void>;
  reconnect(): Promise<void>;
  close(): Promise<void>;
}

const password = 'correct horse battery';
let serial = 0;

export function describeAuthServerContract(name: string, open: () => Promise<AuthServerUnderTest>): void {
  describe(`auth server: ${name}`, () => {
    let under: AuthServerUnderTest;
    let auth: AuthServer;
    let email: string;
    let userId: string;

    beforeAll(async () => {
      under = await open();
      auth = under.auth;
    });
    afterAll(() => under.close());

    const addPerson = async () => {
      serial += 1;
      const address = `ada-${String(serial)}@example.com`;
      const person = await under.addPerson({ email: address, password, name: 'Ada' });
      return { address, userId: person.userId };
    };
    beforeEach(async () => {
      ({ address: email, userId } = await addPerson());
    });

    const signIn = async (address = email) => granted(await auth.signIn(address, password));
    const refresh = async (token: string) => granted(await auth.refresh(token));
    const sessionIdOf = async (session: AuthSession) =>
      (await under.verifier.verify(session.accessToken)).sessionId;
    const alive = (sessions: readonly AuthSession[]) =>
      Promise.all(
        sessions.map(async ({ accessToken }) => typeof (await auth.userOf(accessToken)) !== 'string'),
      );

    describe('signing in', () => {
      it('gives a token that the gateway takes until the time that is told, and says whose it is', async () => {
        const createdAt = under.clock.now();
        under.advance(5_000);
        const session = await signIn();
        const { expiresAt, expiresInMs, user } = session;
        const lastSignInAt = under.clock.now();
        expect(user).toEqual({ id: userId, email, name: 'Ada', createdAt, lastSignInAt, factors: [] });
        expect(expiresAt.getTime()).toBe(under.clock.now().getTime() + expiresInMs);
        expect(await under.verifier.verify(session.accessToken)).toMatchObject({ userId, email, expiresAt });
      });

      it('finds the address however it is written', async () => {
        const session = await signIn(`  ${email.toUpperCase()} `);
        expect(session.user).toMatchObject({ id: userId, email });
      });

      it('opens a session of its own each time, also at the same moment', async () => {
        const sessions = await Promise.all([signIn(), signIn(), signIn()]);
        expect(new Set(await Promise.all(sessions.map(sessionIdOf))).size).toBe(3);
        expect(new Set(sessions.map(({ refreshToken }) => refreshToken)).size).toBe(3);
        expect(await alive(sessions)).toEqual([true, true, true]);
      });

      it('answers a wrong password and an unknown address alike, and ends nothing by it', async () => {
        const session = await signIn();
        const attempts: readonly (readonly [string, string])[] = [
          [email, `${password}!`],
          [email, password.toUpperCase()],
          [email, ''],
          ['nobody@example.com', password],
          ['', ''],
          ["' or true --", password],
        ];
        for (const [address, tried] of attempts) {
          expect(await auth.signIn(address, tried)).toBe('invalid_credentials');
        }
        expect(await auth.userOf(session.accessToken)).toMatchObject({
          lastSignInAt: session.user.lastSignInAt,
        });
      });

      it('works as long on an unknown address as on a wrong password', async () => {
        const [wrong, unknown]: [number[], number[]] = [[], []];
        for (let round = 0; round < 3; round += 1) {
          wrong.push(await durationOf(() => auth.signIn(email, 'wrong')));
          unknown.push(await durationOf(() => auth.signIn('nobody@example.com', 'wrong')));
        }
        // What is between them is a hash of a good third of a second, or hardly anything.
        expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...wrong) / 2);
      });
    });

    describe('a refresh token', () => {
      it('is changed for a new pair of the same session, and lets the sign-in stay where it was', async () => {
        const first = await signIn();
        under.advance(60_000);
        const second = await refresh(first.refreshToken);
        expect(second.refreshToken).not.toBe(first.refreshToken);
        expect(second.expiresAt.getTime() - first.expiresAt.getTime()).toBe(60_000);
        expect(second.user).toEqual(first.user);
        expect(await sessionIdOf(second)).toBe(await sessionIdOf(first));
      });

      it('outlives the access token', async () => {
        const first = await signIn();
        under.advance(first.expiresInMs + 60_000);
        expect(await auth.userOf(first.accessToken)).toBe('bad_token');
        const second = await refresh(first.refreshToken);
        expect(await auth.userOf(second.accessToken)).toMatchObject({ id: userId });
      });

      it('is good again for ten seconds after its first use, each time for a pair of its own', async () => {
        const { refreshToken } = await signIn();
        const first = await refresh(refreshToken);
        under.advance(6_000);
        const second = await refresh(refreshToken);
        under.advance(4_000);
        const third = await refresh(refreshToken);
        const tokens = [first, second, third].map((session) => session.refreshToken);
        expect(new Set(tokens).size).toBe(3);
        for (const token of tokens) await refresh(token);
      });

      it('ends the session when it comes back later than that, for both who hold it', async () => {
        const [session, another] = [await signIn(), await signIn()];
        const owner = await refresh(session.refreshToken);
        under.advance(10_001);
        expect(await auth.refresh(session.refreshToken)).toBe('reused');
        expect(await auth.refresh(owner.refreshToken)).toBe('unknown');
        expect(await auth.refresh(session.refreshToken)).toBe('unknown');
        expect(await auth.userOf(owner.accessToken)).toBe('session_ended');
        expect(await alive([another])).toEqual([true]);
      });

      it('that nobody was given is unknown', async () => {
        const { accessToken, refreshToken } = await signIn();
        const strange = ['', 'x', "' or true --", accessToken, `${refreshToken}x`, refreshToken.slice(1)];
        for (const token of strange) expect(await auth.refresh(token)).toBe('unknown');
      });

      it('may be used by many at once, who all go on', async () => {
        const { refreshToken } = await signIn();
        const sessions = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));
        expect(new Set(sessions.map((session) => session.refreshToken)).size).toBe(8);
        under.advance(60_000);
        await Promise.all(sessions.map((session) => refresh(session.refreshToken)));
      });
    });

    describe('signing out', () => {
      it.each([
        ['local', [false, true, true]],
        ['others', [true, false, false]],
        ['global', [false, false, false]],
      ] as const)('ends what %s means, and nothing of anybody else', async (scope, expected) => {
        const { address } = await addPerson();
        const [sessions, bobs] = [[await signIn(), await signIn(), await signIn()], await signIn(address)];
        expect(await auth.signOut(sessions[0]?.accessToken ?? '', scope)).toBe('signed_out');
        expect(await alive([...sessions, bobs])).toEqual([...expected, true]);
        const refreshed = await Promise.all(sessions.map((session) => auth.refresh(session.refreshToken)));
        expect(refreshed.map((answer) => answer !== 'unknown')).toEqual(expected);
      });

      it('is said to have happened when it is asked for again', async () => {
        const { accessToken } = await signIn();
        await auth.signOut(accessToken, 'local');
        expect(await auth.signOut(accessToken, 'global')).toBe('session_ended');
        expect(await auth.userOf(accessToken)).toBe('session_ended');
      });

      it('wins over a refresh at the same moment', async () => {
        const { accessToken, refreshToken } = await signIn();
        const [refreshed, signedOut] = await Promise.all([
          auth.refresh(refreshToken),
          auth.signOut(accessToken, 'local'),
        ]);
        expect(signedOut).toBe('signed_out');
        expect(await auth.refresh(refreshToken)).toBe('unknown');
        if (typeof refreshed === 'string') return;
        expect(await auth.refresh(refreshed.refreshToken)).toBe('unknown');
        expect(await auth.userOf(refreshed.accessToken)).toBe('session_ended');
      });

      it('takes no token but a good one', async () => {
        const session = await signIn();
        const forged = await signedByAnother(session.accessToken);
        for (const token of ['', 'x', session.refreshToken, forged]) {
          expect(await auth.signOut(token, 'global')).toBe('bad_token');
          expect(await auth.userOf(token)).toBe('bad_token');
        }
        expect(await alive([session])).toEqual([true]);
      });
    });

    describe('another password', () => {
      const another = 'a better horse battery';

      it('counts from the next sign-in on, and ends every other session of the person', async () => {
        const { address } = await addPerson();
        const [here, there, bobs] = [await signIn(), await signIn(), await signIn(address)];
        expect(await auth.changePassword(here.accessToken, another)).toMatchObject({ id: userId });
        expect(await auth.signIn(email, password)).toBe('invalid_credentials');
        expect(granted(await auth.signIn(email, another)).user.id).toBe(userId);
        expect(await alive([here, there, bobs])).toEqual([true, false, true]);
        expect(await auth.refresh(there.refreshToken)).toBe('unknown');
        await refresh(here.refreshToken);
      });

      it.each([
        ['is too short', 'horse12', 'weak_password'],
        ['has no end', 'x'.repeat(257), 'weak_password'],
        ['is the old one', password, 'same_password'],
      ])('is refused when it %s', async (_, wished, refusal) => {
        const session = await signIn();
        expect(await auth.changePassword(session.accessToken, wished)).toBe(refusal);
        await signIn();
      });

      it('needs a good token of a session that is alive', async () => {
        const { accessToken } = await signIn();
        expect(await auth.changePassword('x.y.z', another)).toBe('bad_token');
        await auth.signOut(accessToken, 'local');
        expect(await auth.changePassword(accessToken, another)).toBe('session_ended');
        await signIn();
      });
    });

    it('publishes the keys by which anybody can check its tokens, and no private part of them', async () => {
      const { accessToken } = await signIn();
      const keys = auth.publicKeys().keys;
      const { payload } = await jwtVerify(accessToken, createLocalJWKSet({ keys: keys.map(asPublicKey) }), {
        currentDate: under.clock.now(),
      });
      expect(payload.sub).toBe(userId);
    });

    it('says that the accounts are away while they are, and goes on when they are back', async () => {
      const { accessToken, refreshToken } = await signIn();
      await under.cutOff();
      const asked = [
        auth.signIn(email, password),
        auth.signIn('nobody@example.com', password),
        auth.refresh(refreshToken),
        auth.userOf(accessToken),
        auth.signOut(accessToken, 'local'),
        auth.changePassword(accessToken, 'a better horse battery'),
      ];
      for (const answer of await Promise.allSettled(asked)) {
        expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'dependency_unavailable' } });
      }
      expect(auth.publicKeys().keys).not.toEqual([]);
      await under.reconnect();
      await eventually(() => refresh(refreshToken));
      expect(await auth.userOf(accessToken)).toMatchObject({ id: userId });
    });
  });
}

function granted(answer: AuthSession | string): AuthSession {
  if (typeof answer === 'string') throw new Error(`no session: ${answer}`);
  return answer;
}

async function durationOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** RFC 7518 calls the private members of a key by these names. */
function asPublicKey(key: Readonly<Record<string, unknown>>) {
  for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) expect(key).not.toHaveProperty(part);
  return { ...key, kty: String(key.kty) };
}

async function signedByAnother(token: string): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256');
  return new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: 'ES256', kid: 'another' }).sign(privateKey);
}
