import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from '../../src/application/ports/clock.js';
import type { IdentityVerifier, Person } from '../../src/application/ports/identity-verifier.js';
import { Fault } from '../../src/domain/shared/fault.js';

/** A good access token, and what it says. */
export interface IssuedToken {
  readonly token: string;
  readonly person: Person;
}

export interface IdentityVerifierUnderTest {
  readonly verifier: IdentityVerifier;
  /** A token of somebody new. */
  issue(): Promise<IssuedToken>;
  /** The clock that the verifier goes by. */
  readonly clock: Clock;
  advance(milliseconds: number): void;
  close(): Promise<void>;
}

/** One whose keys are elsewhere, and have not been asked for when it is opened. */
export interface IdentityVerifierWithoutKeys extends IdentityVerifierUnderTest {
  takeKeysAway(): void;
  bringKeysBack(): void;
}

/** `openWithRemoteKeys` is left out where the keys are at hand from the start and cannot be away. */
export function describeIdentityVerifierContract(
  name: string,
  open: () => Promise<IdentityVerifierUnderTest>,
  openWithRemoteKeys?: () => Promise<IdentityVerifierWithoutKeys>,
): void {
  describe(`identity verifier: ${name}`, () => {
    let under: IdentityVerifierUnderTest;

    beforeAll(async () => {
      under = await open();
      // Reporters that show no names would leave out without a word what is not run here.
      if (openWithRemoteKeys === undefined) process.stdout.write(`${name}: skipped, keys cannot be away\n`);
    });
    afterAll(() => under.close());

    const leftMs = ({ expiresAt }: Person) => expiresAt.getTime() - under.clock.now().getTime();

    it('says who the person is, how well they proved it and until when that holds', async () => {
      const { token, person } = await under.issue();
      expect(await under.verifier.verify(token)).toEqual(person);
      expect(leftMs(person)).toBeGreaterThan(0);
    });

    it('says the same of the same token again', async () => {
      const { token, person } = await under.issue();
      for (let round = 0; round < 3; round += 1) {
        expect(await under.verifier.verify(token)).toEqual(person);
        under.advance(61_000);
      }
    });

    it('takes a token up to its end, and not a minute after it, known or not', async () => {
      const [known, unknown] = [await under.issue(), await under.issue()];
      under.advance(Math.min(leftMs(known.person), leftMs(unknown.person)) - 1_000);
      expect(await under.verifier.verify(known.token)).toEqual(known.person);
      under.advance(61_000);
      for (const { token } of [known, unknown]) {
        expect(await refusalOf(under.verifier, token)).toMatchObject({ code: 'unauthenticated' });
      }
    });

    it('refuses everything else with one answer, which tells nothing of the reason', async () => {
      const { token } = await under.issue();
      const [expired, other] = [await under.issue(), await under.issue()];
      const [header = '', claims = '', signature = ''] = token.split('.');
      const bad = {
        nothing: '',
        'no token': 'Bearer',
        'a key of the project': 'sb_secret_0123456789abcdef',
        'an unsigned one': `${header}.${claims}.`,
        'one with the claims of another': `${header}.${other.token.split('.')[1] ?? ''}.${signature}`,
        'one with the signature of another': `${header}.${claims}.${other.token.split('.')[2] ?? ''}`,
        'one under the right name of a wrong key': await signedByAnother(token),
      };
      expect(await under.verifier.verify(token)).toMatchObject({ aal: expect.any(String) });
      const refusals = new Map<string, unknown>();
      for (const [what, text] of Object.entries(bad)) {
        refusals.set(what, await refusalOf(under.verifier, text));
      }
      under.advance(leftMs(expired.person) + 61_000);
      refusals.set('one past its end', await refusalOf(under.verifier, expired.token));
      const answer = {
        code: 'unauthenticated',
        kind: 'unauthenticated',
        message: 'No valid credential was presented',
        details: {},
        errors: undefined,
        retryAfterMs: undefined,
      };
      expect(Object.fromEntries(refusals)).toEqual(
        Object.fromEntries([...refusals.keys()].map((what) => [what, answer])),
      );
    });

    it('confuses nobody with anybody when many come at once, the good and the bad', async () => {
      const issued = await Promise.all([under.issue(), under.issue(), under.issue()]);
      const forged = await Promise.all(issued.map(({ token }) => signedByAnother(token)));
      const round = [...issued.map(({ token }) => token), ...forged];
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => round)
          .flat()
          .map((token) => under.verifier.verify(token).catch(codeOf)),
      );
      const expected = [...issued.map(({ person }) => person), ...forged.map(() => 'unauthenticated')];
      expect(answers).toEqual(Array.from({ length: 10 }, () => expected).flat());
    });

    const whenKeysCanBeAway = openWithRemoteKeys === undefined ? it.skip : it;

    whenKeysCanBeAway('judges nobody while the keys are away, and everybody when they are back', async () => {
      if (openWithRemoteKeys === undefined) return;
      const remote = await openWithRemoteKeys();
      try {
        const { token, person } = await remote.issue();
        const forged = await signedByAnother(token);
        remote.takeKeysAway();
        const [refusal] = await Promise.all([
          refusalOf(remote.verifier, token),
          expect(remote.verifier.verify(forged)).rejects.toMatchObject({ code: 'dependency_unavailable' }),
        ]);
        expect(refusal).toMatchObject({ code: 'dependency_unavailable', kind: 'unavailable' });
        remote.bringKeysBack();
        remote.advance(refusal.retryAfterMs ?? 0);
        expect(await remote.verifier.verify(token)).toEqual(person);
        expect(await refusalOf(remote.verifier, forged)).toMatchObject({ code: 'unauthenticated' });
      } finally {
        await remote.close();
      }
    });
  });
}

/** All of a refusal that anybody may see. */
async function refusalOf(verifier: IdentityVerifier, token: string) {
  const outcome: unknown = await verifier.verify(token).catch((reason: unknown) => reason);
  if (!(outcome instanceof Fault)) throw new Error(`no refusal: ${JSON.stringify(outcome)}`);
  const { code, kind, message, details, errors, retryAfterMs } = outcome;
  return { code, kind, message, details, errors, retryAfterMs };
}

const codeOf = (error: unknown) => (error instanceof Fault ? error.code : String(error));

/** The same header and claims, under a key of the same kind that the provider does not have. */
async function signedByAnother(token: string): Promise<string> {
  const { alg = '', ...rest } = decodeProtectedHeader(token);
  const key = alg === 'HS256' ? Buffer.alloc(64, 'another') : (await generateKeyPair(alg)).privateKey;
  return new SignJWT(decodeJwt(token)).setProtectedHeader({ alg, ...rest }).sign(key);
}
