import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SignInLiveness } from '../../src/application/ports/sign-in-liveness.js';
import type { SignIn } from '../../src/domain/customer/sign-in.js';

export interface SignInLivenessUnderTest {
  readonly liveness: SignInLiveness;
  /** Somebody new signs in. */
  signIn(): Promise<SignIn>;
  signOut(signIn: SignIn): Promise<void>;
  /** What the provider says of the sign-in, as if it were somebody else's. */
  passOff(signIn: SignIn): SignIn;
  cutOff(): Promise<void>;
  reconnect(): Promise<void>;
  close(): Promise<void>;
}

export function describeSignInLivenessContract(
  name: string,
  open: () => Promise<SignInLivenessUnderTest>,
): void {
  describe(`sign-in liveness: ${name}`, () => {
    let under: SignInLivenessUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.close());

    it('takes a sign-in for alive until its session is signed out, and no other', async () => {
      const [first, second] = [await under.signIn(), await under.signIn()];
      await under.liveness.requireAlive(first);
      await under.signOut(first);
      await expect(under.liveness.requireAlive(first)).rejects.toMatchObject({ code: 'unauthenticated' });
      await expect(under.liveness.requireAlive(second)).resolves.toBeUndefined();
    });

    it('takes nobody for somebody else', async () => {
      const stolen = under.passOff(await under.signIn());
      await expect(under.liveness.requireAlive(stolen)).rejects.toMatchObject({ code: 'unauthenticated' });
    });

    it('blames nobody while the provider is away', async () => {
      const signIn = await under.signIn();
      await under.cutOff();
      const begun = performance.now();
      await expect(under.liveness.requireAlive(signIn)).rejects.toMatchObject({
        code: 'dependency_unavailable',
      });
      expect(performance.now() - begun).toBeLessThan(4_000);
      await under.reconnect();
      await expect(under.liveness.requireAlive(signIn)).resolves.toBeUndefined();
    });
  });
}
