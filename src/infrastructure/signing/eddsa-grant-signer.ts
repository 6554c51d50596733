import { SignJWT } from 'jose';
import type { Grant, GrantSigner } from '../../application/ports/grant-signer.js';
import type { SigningKeys } from './signing-keys.js';

/**
 * Grants as JWTs of type `fieldgate-grant+jwt`: `sub` is the device, `jti` the command, `envelope` what the device
 * lacks of the envelope, `exp` the end of the grant in whole seconds, rounded down so that no grant outlives what
 * was approved. Parameters are not in it: a grant is stored with its command and sent with each claim.
 */
export class EdDsaGrantSigner implements GrantSigner {
  readonly #keys: SigningKeys;

  constructor(keys: SigningKeys) {
    this.#keys = keys;
  }

  sign({
    commandId,
    deviceId,
    digest,
    facts,
    approvers,
    basis,
    standingGrantId,
    notAfter,
  }: Grant): Promise<string> {
    const { keyId, privateKey } = this.#keys.signing;
    const exception = {
      ...(basis !== undefined && { basis }),
      ...(standingGrantId !== undefined && { standingGrantId }),
    };
    return new SignJWT({ digest, envelope: facts, approvers: [...approvers], ...exception })
      .setProtectedHeader({ alg: 'EdDSA', kid: keyId, typ: 'fieldgate-grant+jwt' })
      .setSubject(deviceId)
      .setJti(commandId)
      .setExpirationTime(Math.floor(notAfter.getTime() / 1000))
      .sign(privateKey);
  }

  publicKeys() {
    return {
      keys: this.#keys.valid.map(({ keyId, publicX, until }) => ({
        ...{ kty: 'OKP', crv: 'Ed25519', x: publicX, kid: keyId, alg: 'EdDSA', use: 'sig' },
        ...(until !== null && { until: until.toISOString() }),
      })),
    };
  }

  successions() {
    return this.#keys.successions;
  }
}
