import { errors, jwtVerify } from 'jose';
import type { CryptoKey } from 'jose';
import type { Clock } from '../../application/ports/clock.js';
import type { IdentityVerifier, Person } from '../../application/ports/identity-verifier.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import { sharedSecretKey } from './shared-secret.js';
import { readPerson } from './token-claims.js';
import { readTokenHeader } from './token-header.js';
import type { TokenHeader } from './token-header.js';
import type { TokenKeys } from './token-keys.js';
import { VerifiedTokens } from './verified-tokens.js';

export interface SupabaseIdentityOptions {
  /** The one `iss` that is accepted, such as `https://….supabase.co/auth/v1`. */
  readonly issuer: string;
  readonly keys: TokenKeys;
  /** Only for projects that still sign with the shared secret. */
  readonly sharedSecret?: string | undefined;
  readonly clock: Clock;
}

const clockToleranceSeconds = 30;

/** People by their Supabase access tokens, checked here without asking Supabase. */
export class SupabaseIdentityVerifier implements IdentityVerifier {
  readonly #issuer: string;
  readonly #keys: TokenKeys;
  readonly #sharedKey: Uint8Array | null;
  readonly #clock: Clock;
  readonly #verified = new VerifiedTokens();

  constructor({ issuer, keys, sharedSecret, clock }: SupabaseIdentityOptions) {
    this.#issuer = issuer;
    this.#keys = keys;
    this.#sharedKey = sharedSecret === undefined ? null : sharedSecretKey(sharedSecret);
    this.#clock = clock;
  }

  async verify(accessToken: string): Promise<Person> {
    const now = this.#clock.now();
    const person = this.#verified.find(accessToken, now) ?? (await this.#check(accessToken, now));
    // One answer for everything: which check failed is of use to an attacker only.
    if (person === null) throw generalFaults.unauthenticated();
    return person;
  }

  /** Whether tokens can be checked now. */
  async ready(): Promise<boolean> {
    return this.#sharedKey !== null || this.#keys.ready();
  }

  async #check(token: string, now: Date): Promise<Person | null> {
    const header = readTokenHeader(token);
    const key = header && (await this.#keyFor(header));
    if (!key) return null;
    const claims = await this.#verifiedClaims(token, key, header.alg, now);
    const person = claims && readPerson(claims, now);
    if (person) this.#verified.keep(token, person, now);
    return person;
  }

  /** The shared secret is never a candidate for an asymmetric algorithm, nor a public key for HS256. */
  #keyFor(header: TokenHeader): Promise<CryptoKey | null> | Uint8Array | null {
    return header.alg === 'HS256' ? this.#sharedKey : this.#keys.find(header);
  }

  async #verifiedClaims(token: string, key: CryptoKey | Uint8Array, alg: TokenHeader['alg'], now: Date) {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [alg],
        issuer: this.#issuer,
        audience: 'authenticated',
        requiredClaims: ['exp', 'sub'],
        clockTolerance: clockToleranceSeconds,
        currentDate: now,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  }
}
