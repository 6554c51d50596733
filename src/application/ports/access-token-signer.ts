import type { JsonObject } from '../../domain/shared/json.js';

/** Signs the access tokens of the local identity. */
export interface AccessTokenSigner {
  /** A compact JWS (ES256) whose header names the key. The caller gives every claim, times included. */
  sign(claims: JsonObject): Promise<string>;
  /** The public keys as a JWKS (RFC 7517). */
  publicKeys(): { readonly keys: readonly JsonObject[] };
}
