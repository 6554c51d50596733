import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type {
  AuthFactors,
  EnrolledFactor,
  FactorChallenge,
} from '../../src/application/ports/auth-factors.js';
import type { AuthSession } from '../../src/application/ports/auth-server.js';
import { codeAt, wrongCodeAt } from '../support/authenticator-app.js';
import { eventually } from '../support/eventually.js';
import type { AuthServerUnderTest } from './auth-server.contract.js';

export interface AuthFactorsUnderTest extends AuthServerUnderTest {
  readonly authFactors: AuthFactors;
}

const password = 'correct horse battery';
const stepMs = 30_000;
let serial = 0;

export function describeAuthFactorsContract(name: string, open: () => Promise<AuthFactorsUnderTest>): void {
  describe(`auth factors: ${name}`, () => {
    let under: AuthFactorsUnderTest;
    let factors: AuthFactors;
    let email: string;

    beforeAll(async () => {
      under = await open();
      factors = under.authFactors;
    });
    afterAll(() => under.close());

    const addPerson = async () => {
      serial += 1;
      const address = `ada-${String(serial)}@example.com`;
      await under.addPerson({ email: address, password, name: 'Ada' });
      return address;
    };
    beforeEach(async () => {
      email = await addPerson();
      // No code of another test counts here.
      under.advance(10 * stepMs);
    });

    const signIn = async (address = email) => granted(await under.auth.signIn(address, password));
    const enrol = async (session: AuthSession, factorName = 'phone') =>
      granted<EnrolledFactor>(
        await factors.enrol(session.accessToken, { name: factorName, issuer: 'Fieldgate' }),
      );
    const challenge = async (session: AuthSession, { id }: { id: string }) =>
      granted<FactorChallenge>(await factors.challenge(session.accessToken, id));
    const code = ({ secret }: EnrolledFactor, steps = 0) => codeAt(secret, under.clock.now(), steps);
    const wrong = ({ secret }: EnrolledFactor) => wrongCodeAt(secret, under.clock.now());
    const verify = async (session: AuthSession, factor: EnrolledFactor, tried = code(factor)) => {
      const { id: challengeId } = await challenge(session, factor);
      return factors.verify(session.accessToken, { factorId: factor.id, challengeId, code: tried });
    };
    const personOf = ({ accessToken }: AuthSession) => under.verifier.verify(accessToken);
    const factorsOf = async ({ accessToken }: AuthSession) => {
      const user = await under.auth.userOf(accessToken);
      return typeof user === 'string' ? user : user.factors;
    };
    /** A session that has used its person's new second factor. */
    const strongly = async () => {
      const session = await signIn();
      const factor = await enrol(session);
      return { factor, session: granted(await verify(session, factor)) };
    };

    describe('enrolling', () => {
      it('tells what the app has to know, and changes nothing until its first code was right', async () => {
        const session = await signIn();
        const { id, secret, uri } = await enrol(session);
        expect(secret).toMatch(/^[A-Z2-7]{32}$/);
        const told = new URL(uri);
        expect(decodeURIComponent(told.pathname)).toContain(`Fieldgate:${email}`);
        expect(Object.fromEntries(told.searchParams)).toEqual({
          ...{ secret, issuer: 'Fieldgate', algorithm: 'SHA1', digits: '6', period: '30' },
        });
        const createdAt = under.clock.now();
        expect(await factorsOf(session)).toEqual([{ id, name: 'phone', createdAt, verifiedAt: null }]);
        const refreshed = granted(await under.auth.refresh(session.refreshToken));
        expect(await personOf(refreshed)).toMatchObject({ aal: 'aal1', secondFactorAt: null });
      });

      it('gives each a name and a secret of its own, ten at most', async () => {
        const session = await signIn();
        const enrolled: EnrolledFactor[] = [];
        for (let each = 0; each < 10; each += 1) enrolled.push(await enrol(session, `phone ${String(each)}`));
        expect(new Set(enrolled.map(({ secret }) => secret)).size).toBe(10);
        const { accessToken } = session;
        const another = { name: 'one more', issuer: 'x' };
        expect(await factors.enrol(accessToken, another)).toBe('too_many');
        expect(await factors.enrol(accessToken, { ...another, name: 'phone 3' })).toBe('name_taken');
        under.advance(300_001);
        await enrol(session, 'phone 3');
        expect(await factorsOf(session)).toHaveLength(1);
      });

      it('of a second one needs the first', async () => {
        const { factor, session } = await strongly();
        const weak = await signIn();
        const tablet = { name: 'tablet', issuer: 'x' };
        expect(await factors.enrol(weak.accessToken, tablet)).toBe('second_factor_needed');
        await enrol(session, 'tablet');
        expect(await factorsOf(session)).toMatchObject([{ id: factor.id }, { name: 'tablet' }]);
      });
    });

    describe('a code', () => {
      it('makes a session of the second level, which is the same session, and says when', async () => {
        const session = await signIn();
        const factor = await enrol(session);
        under.advance(60_000);
        const strong = granted(await verify(session, factor));
        const [before, after] = [await personOf(session), await personOf(strong)];
        expect(after).toMatchObject({ aal: 'aal2', sessionId: before.sessionId });
        const secondsNow = Math.floor(under.clock.now().getTime() / 1_000);
        expect(after.secondFactorAt?.getTime()).toBe(secondsNow * 1_000);
        expect(strong.user.factors).toMatchObject([{ id: factor.id, verifiedAt: under.clock.now() }]);
        expect(decodeJwt(strong.accessToken)['amr']).toEqual([
          { method: 'password', timestamp: secondsNow - 60 },
          { method: 'totp', timestamp: secondsNow },
        ]);
      });

      it('lasts over a refresh, with the time of its use', async () => {
        const { session } = await strongly();
        const { secondFactorAt } = await personOf(session);
        under.advance(1_800_000);
        const refreshed = granted(await under.auth.refresh(session.refreshToken));
        expect(await personOf(refreshed)).toMatchObject({ aal: 'aal2', secondFactorAt });
      });

      it('is asked for again at the next sign-in, and by no session before it', async () => {
        const { factor, session } = await strongly();
        const weak = await signIn();
        expect(await personOf(weak)).toMatchObject({ aal: 'aal1', secondFactorAt: null });
        under.advance(stepMs);
        expect(granted(await verify(weak, factor)).user.id).toBe(session.user.id);
        expect(await factorsOf(session)).toHaveLength(1);
      });

      it('counts when it is of the step before or after, and at no other time', async () => {
        const { factor, session } = await strongly();
        under.advance(10 * stepMs);
        expect(await verify(session, factor, code(factor, -2))).toBe('wrong_code');
        expect(await verify(session, factor, code(factor, 2))).toBe('wrong_code');
        expect(await verify(session, factor, code(factor, -1))).toMatchObject({ user: session.user });
        expect(await verify(session, factor, code(factor, 1))).toMatchObject({ user: session.user });
      });

      it('counts once, also in another session', async () => {
        const session = await signIn();
        const factor = await enrol(session);
        const used = code(factor);
        const strong = granted(await verify(session, factor, used));
        expect(await verify(strong, factor, used)).toBe('wrong_code');
        expect(await verify(await signIn(), factor, used)).toBe('wrong_code');
        under.advance(stepMs);
        expect(await verify(strong, factor, used)).toBe('wrong_code');
        expect(await verify(strong, factor)).toMatchObject({ user: { id: strong.user.id } });
      });

      it.each(['', '12345', '1234567', 'abcdef', "' or true --", '١٢٣٤٥٦'])(
        'that is none is wrong, and changes nothing: %j',
        async (tried) => {
          const session = await signIn();
          expect(await verify(session, await enrol(session), tried)).toBe('wrong_code');
          expect(await factorsOf(session)).toMatchObject([{ verifiedAt: null }]);
        },
      );

      it('may be tried again after a wrong one, within the same challenge and its five minutes', async () => {
        const session = await signIn();
        const factor = await enrol(session);
        const { id: challengeId, expiresAt } = await challenge(session, factor);
        expect(expiresAt.getTime() - under.clock.now().getTime()).toBe(300_000);
        const tries = (tried: string) =>
          factors.verify(session.accessToken, { factorId: factor.id, challengeId, code: tried });
        expect(await tries(wrong(factor))).toBe('wrong_code');
        under.advance(299_999);
        expect(await tries(code(factor))).toMatchObject({ user: { email } });
        expect(await tries(code(factor, 1))).toBe('unknown');
      });

      it('comes too late for its challenge after that', async () => {
        const session = await signIn();
        const factor = await enrol(session);
        const { id: challengeId } = await challenge(session, factor);
        under.advance(300_000);
        const answer = { factorId: factor.id, challengeId, code: code(factor) };
        expect(await factors.verify(session.accessToken, answer)).toBe('expired');
        expect(await factorsOf(session)).toMatchObject([{ verifiedAt: null }]);
      });

      it('is not taken any more when too many were tried, right or wrong, by this person alone', async () => {
        const session = await signIn();
        const factor = await enrol(session);
        for (let each = 0; each < 10; each += 1)
          expect(await verify(session, factor, wrong(factor))).toBe('wrong_code');
        const refused = { code: 'rate_limited', retryAfterMs: expect.any(Number) };
        await expect(verify(session, factor)).rejects.toMatchObject(refused);
        const tablet = await enrol(session, 'tablet');
        await expect(verify(session, tablet)).rejects.toMatchObject(refused);
        email = await addPerson();
        await strongly();
      });
    });

    it('ends the sign-ins of the person that used no second factor', async () => {
      const [first, second] = [await signIn(), await signIn()];
      const bobs = await signIn(await addPerson());
      const strong = granted(await verify(first, await enrol(first)));
      expect(await factorsOf(second)).toBe('session_ended');
      expect(await under.auth.refresh(second.refreshToken)).toBe('unknown');
      expect(await factorsOf(strong)).toHaveLength(1);
      expect(await factorsOf(bobs)).toEqual([]);
    });

    it('knows no factor of anybody else', async () => {
      const { factor, session } = await strongly();
      const { id: challengeId } = await challenge(session, factor);
      email = await addPerson();
      const stranger = await signIn();
      under.advance(stepMs);
      const answer = { factorId: factor.id, challengeId, code: code(factor) };
      for (const factorId of [factor.id, 'x', "' or true --"]) {
        expect(await factors.challenge(stranger.accessToken, factorId)).toBe('unknown');
        expect(await factors.remove(stranger.accessToken, factorId)).toBe('unknown');
        expect(await factors.verify(stranger.accessToken, { ...answer, factorId })).toBe('unknown');
      }
      const own = await enrol(stranger);
      const mixed = { factorId: own.id, challengeId, code: code(own) };
      expect(await factors.verify(stranger.accessToken, mixed)).toBe('unknown');
    });

    it('removes a verified factor for a session that used one, which has used none from then on', async () => {
      const { factor, session } = await strongly();
      const weak = await signIn();
      expect(await factors.remove(weak.accessToken, factor.id)).toBe('second_factor_needed');
      expect(await factors.remove(session.accessToken, factor.id)).toBe('removed');
      expect(await factors.remove(session.accessToken, factor.id)).toBe('unknown');
      expect(await factorsOf(session)).toEqual([]);
      const refreshed = granted(await under.auth.refresh(session.refreshToken));
      expect(await personOf(refreshed)).toMatchObject({ aal: 'aal1', secondFactorAt: null });
    });

    it('is asked for before another password, where there is one', async () => {
      const { session } = await strongly();
      const { accessToken } = await signIn();
      expect(await under.auth.changePassword(accessToken, 'a better horse')).toBe('second_factor_needed');
      expect(await under.auth.changePassword(session.accessToken, 'a better horse')).toMatchObject({
        factors: [{ name: 'phone' }],
      });
    });

    it('removes for any session what nobody verified', async () => {
      const session = await signIn();
      const { id } = await enrol(session);
      expect(await factors.remove(session.accessToken, id)).toBe('removed');
      await enrol(session);
    });

    it('takes no token but a good one of a session that is alive', async () => {
      const { factor, session } = await strongly();
      const { id: challengeId } = await challenge(session, factor);
      const answers = (token: string) =>
        Promise.all([
          factors.enrol(token, { name: 'tablet', issuer: 'x' }),
          factors.challenge(token, factor.id),
          factors.verify(token, { factorId: factor.id, challengeId, code: code(factor) }),
          factors.remove(token, factor.id),
        ]);
      expect(new Set(await answers('x.y.z'))).toEqual(new Set(['bad_token']));
      await under.auth.signOut(session.accessToken, 'local');
      expect(new Set(await answers(session.accessToken))).toEqual(new Set(['session_ended']));
    });

    it('says that the accounts are away while they are, and goes on when they are back', async () => {
      const session = await signIn();
      const factor = await enrol(session);
      const { id: challengeId } = await challenge(session, factor);
      const answer = () => ({ factorId: factor.id, challengeId, code: code(factor) });
      await under.cutOff();
      const asked = [
        factors.enrol(session.accessToken, { name: 'tablet', issuer: 'x' }),
        factors.challenge(session.accessToken, factor.id),
        factors.verify(session.accessToken, answer()),
        factors.remove(session.accessToken, factor.id),
      ];
      for (const answered of await Promise.allSettled(asked)) {
        expect(answered).toMatchObject({ status: 'rejected', reason: { code: 'dependency_unavailable' } });
      }
      await under.reconnect();
      await eventually(() => factorsOf(session));
      expect(await factors.verify(session.accessToken, answer())).toMatchObject({ user: { email } });
    });
  });
}

function granted<Good extends object = AuthSession>(answer: Good | string): Good {
  if (typeof answer === 'string') throw new Error(`refused: ${answer}`);
  return answer;
}
