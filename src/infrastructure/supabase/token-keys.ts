import type { CryptoKey } from 'jose';

/** The public keys that access tokens may be signed with. */
export interface TokenKeys {
  /**
   * The key that the header names; null when there is none that fits it, or more than one. Rejects with
   * `dependency_unavailable` when that cannot be said because the keys are out of reach.
   */
  find(header: { readonly alg: 'ES256' | 'RS256'; readonly kid: string }): Promise<CryptoKey | null>;
  /** Whether keys are at hand, or can be had now. */
  ready(): Promise<boolean>;
}
