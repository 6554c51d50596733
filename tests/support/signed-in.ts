import type { SignInLiveness } from '../../src/application/ports/sign-in-liveness.js';
import type { Override } from '../../src/composition/gateway.js';
import { provide } from '../../src/composition/provide.js';
import { SIGN_IN_LIVENESS } from '../../src/composition/tokens.js';
import { SignIn } from '../../src/domain/customer/sign-in.js';

/** For people who call use cases directly, and have signed in nowhere. */
export const signedIn = (userId: string): SignIn => new SignIn({ userId, sessionId: null }, 'none');

export const everybodyIsSignedIn: SignInLiveness = { requireAlive: () => Promise.resolve() };

/** Lets a gateway believe in every sign-in. */
export const believeSignIns: Override = (container) => {
  provide(container, SIGN_IN_LIVENESS, () => everybodyIsSignedIn);
};
