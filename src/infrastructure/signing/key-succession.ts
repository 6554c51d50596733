import { SignJWT } from 'jose';
import type { GrantKey } from './grant-key.js';

/**
 * "After me comes this key, and I count until then": a JWT of type `fieldgate-key-succession+jwt` under the former
 * key. A device that pinned the former key believes the next one for it, and for nothing else.
 */
export function signSuccession(former: GrantKey, next: GrantKey, formerUntil: Date): Promise<string> {
  return new SignJWT({
    key: { kty: 'OKP', crv: 'Ed25519', x: next.publicX },
    formerUntil: Math.floor(formerUntil.getTime() / 1000),
  })
    .setProtectedHeader({ alg: 'EdDSA', kid: former.keyId, typ: 'fieldgate-key-succession+jwt' })
    .sign(former.privateKey);
}
