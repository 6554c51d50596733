import type { SignIn } from '../../domain/customer/sign-in.js';

/**
 * Asks the identity provider itself, since a token is good until it runs out, whatever becomes of its owner. For what
 * is seldom done and matters: decisions, and changes of members and keys.
 */
export interface SignInLiveness {
  /**
   * Resolves when user and session are still alive at this moment. Rejects with `unauthenticated` when the session was
   * signed out, or the user is gone or banned, and with `dependency_unavailable` when it cannot be learnt, within 3 s.
   */
  requireAlive(signIn: SignIn): Promise<void>;
}
