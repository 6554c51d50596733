import { SignJWT } from 'jose';
import type { Grant, GrantSigner } from '../../application/ports/grant-signer.js';
import type { SigningKeys } from './signing-keys.js';

/**
 * Grants as JWTs of type `fieldgate-grant+jwt`: `sub` is the device, `jti` the command, `exp` the end of the
 * grant in whole seconds, rounded down so that no grant outlives what was approved.
 */
export class EdDsaGrantSigner implements GrantSigner {
  readonly #keys: SigningKeys;

  constructor(keys: SigningKeys) {
    this.#keys = keys;
  }

  sign(grant: Grant): Promise<string> {
    const { commandId, digest, approvers, policyVersion, basis, standingGrantId } = grant;
    const exception = {
      ...(basis !== undefined && { basis }),
      ...(standingGrantId !== undefined && { standingGrantId }),
    };
    return new SignJWT({ commandId, digest, approvers: [...approvers], policyVersion, ...exception })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.#keys.keyId, typ: 'fieldgate-grant+jwt' })
      .setSubject(grant.deviceId)
      .setJti(commandId)
      .setExpirationTime(Math.floor(grant.notAfter.getTime() / 1000))
      .sign(this.#keys.privateKey);
  }

  publicKeys() {
    const { keyId, publicX } = this.#keys;
    return { keys: [{ kty: 'OKP', crv: 'Ed25519', x: publicX, kid: keyId, alg: 'EdDSA', use: 'sig' }] };
  }
}
