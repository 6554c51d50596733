import { EncryptJWT, jwtDecrypt } from 'jose';

/** Seals the secrets of second factors (JWE, RFC 7516), each for its factor: moved to another one it does not open. */
export class FactorSecrets {
  readonly #key: Uint8Array;

  /** A key of 32 bytes. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  seal(secret: string, factorId: string): Promise<string> {
    return new EncryptJWT({ secret })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setSubject(factorId)
      .encrypt(this.#key);
  }

  /** Rejects when it was not sealed with this key for this factor, or was touched since. */
  async open(sealed: string, factorId: string): Promise<string> {
    const { payload } = await jwtDecrypt<{ secret: string }>(sealed, this.#key, {
      subject: factorId,
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return payload.secret;
  }
}
