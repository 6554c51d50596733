import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { ClaimTokens } from '../../application/ports/claim-tokens.js';
import type { ClaimReference } from '../../domain/command/held-claim.js';

/** One way to write each token: no leading zeros, and nothing before or after. */
const tokenShape = /^fgc_([1-9]\d{0,8})\.([\w-]{1,64})\.([\w-]{43})$/;

/**
 * `fgc_<attempt>.<nonce>.<mac>`: the token says which claim it names, and the HMAC-SHA256 says that it is ours.
 * Nonces are 1 to 64 characters of base64url.
 */
export class HmacClaimTokens implements ClaimTokens {
  readonly #key: KeyObject;

  /** `key` is 32 bytes, the same in every gateway. */
  constructor(key: Uint8Array) {
    // Given as bytes, the key would be made into one of these for each MAC, at six times the cost of the MAC itself.
    this.#key = createSecretKey(key);
  }

  mint(commandId: string, attempt: number, nonce: string): string {
    return `fgc_${String(attempt)}.${nonce}.${this.#mac(commandId, attempt, nonce)}`;
  }

  read(commandId: string, token: string): ClaimReference {
    const [, attemptText = '', nonce = '', mac = ''] = tokenShape.exec(token) ?? [];
    if (mac === '') return 'forged';
    const attempt = Number(attemptText);
    // Text against text: two spellings of the same bytes in base64url are two tokens, and one is forged.
    const expected = Buffer.from(this.#mac(commandId, attempt, nonce));
    return timingSafeEqual(expected, Buffer.from(mac)) ? { attempt, nonce } : 'forged';
  }

  /** The parts go in as a JSON array, so that no two triples share an encoding. */
  #mac(commandId: string, attempt: number, nonce: string): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([commandId, attempt, nonce]))
      .digest('base64url');
  }
}
