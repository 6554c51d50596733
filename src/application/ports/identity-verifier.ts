import type { AuthenticationLevel } from '../../domain/customer/principal.js';

/** Who a person is, by the word of the identity provider. Membership and role are not its business. */
export interface Person {
  readonly userId: string;
  readonly email: string | null;
  readonly aal: AuthenticationLevel;
  /** When a second factor was used last in this sign-in, in whole seconds; null when the provider does not say. */
  readonly secondFactorAt: Date | null;
  readonly sessionId: string | null;
  /** When the word runs out. */
  readonly expiresAt: Date;
}

export interface IdentityVerifier {
  /**
   * The person behind an access token. Rejects with `unauthenticated` when the token is not good, whatever is
   * wrong with it, and with `dependency_unavailable` when the keys to check it cannot be had.
   */
  verify(accessToken: string): Promise<Person>;
}
