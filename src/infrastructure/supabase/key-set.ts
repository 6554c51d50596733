import { createLocalJWKSet } from 'jose';
import type { CryptoKey, JSONWebKeySet } from 'jose';
import type { TokenKeys } from './token-keys.js';

/** Keys that are known from the start and never change. Throws when `keySet` is not a JWKS. */
export class KeySet implements TokenKeys {
  readonly size: number;
  readonly #choose: ReturnType<typeof createLocalJWKSet>;

  constructor(keySet: unknown) {
    const { keys } = keySet as JSONWebKeySet;
    this.#choose = createLocalJWKSet({ keys });
    this.size = keys.length;
  }

  /** Kind of key, curve, algorithm, use and operations must all agree with the header. */
  async find(header: { readonly alg: 'ES256' | 'RS256'; readonly kid: string }): Promise<CryptoKey | null> {
    try {
      return await this.#choose(header);
    } catch {
      return null;
    }
  }

  ready(): Promise<boolean> {
    return Promise.resolve(this.size > 0);
  }
}
