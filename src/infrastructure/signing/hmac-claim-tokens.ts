import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { ClaimTokens } from '../../application/ports/claim-tokens.js';
import type { ClaimReference } from '../../domain/command/held-claim.js';
import type { DerivedKeys } from './signing-keys.js';

/** One way to write each token: no leading zeros, and nothing before or after. */
const tokenShape = /^fgc_([1-9]\d{0,8})\.([\w-]{1,64})\.([\w-]{43})$/;

/**
 * `fgc_<attempt>.<nonce>.<mac>`: the token says which claim it names, and the HMAC-SHA256 says that it is ours.
 * Nonces are 1 to 64 characters of base64url.
 */
export class HmacClaimTokens implements ClaimTokens {
  readonly #keys: DerivedKeys;
  // Given as bytes, a key would be made into one of these for each MAC, at six times the cost of the MAC itself.
  readonly #objects = new WeakMap<Uint8Array, KeyObject>();

  /** `keys` are of 32 bytes, the same in every gateway: tokens are made with the newest and read with all. */
  constructor(keys: DerivedKeys) {
    this.#keys = keys;
  }

  mint(commandId: string, attempt: number, nonce: string): string {
    return `fgc_${String(attempt)}.${nonce}.${this.#mac(this.#keys.newest(), commandId, attempt, nonce)}`;
  }

  read(commandId: string, token: string): ClaimReference {
    const [, attemptText = '', nonce = '', mac = ''] = tokenShape.exec(token) ?? [];
    if (mac === '') return 'forged';
    const attempt = Number(attemptText);
    const fits = (key: Uint8Array): boolean =>
      // Text against text: two spellings of the same bytes in base64url are two tokens, and one is forged.
      timingSafeEqual(Buffer.from(this.#mac(key, commandId, attempt, nonce)), Buffer.from(mac));
    const known = this.#keys.all().some(fits) || (this.#keys.lookAgain() && this.#keys.all().some(fits));
    return known ? { attempt, nonce } : 'forged';
  }

  /** The parts go in as a JSON array, so that no two triples share an encoding. */
  #mac(key: Uint8Array, commandId: string, attempt: number, nonce: string): string {
    return createHmac('sha256', this.#object(key))
      .update(JSON.stringify([commandId, attempt, nonce]))
      .digest('base64url');
  }

  #object(key: Uint8Array): KeyObject {
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const made = createSecretKey(key);
    this.#objects.set(key, made);
    return made;
  }
}
