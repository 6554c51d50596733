import { createHash, createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';

/** One grant-signing key and everything that is made from it. */
export interface GrantKey {
  readonly privateKey: KeyObject;
  /** RFC 7638 thumbprint of the public key. */
  readonly keyId: string;
  /** The public key, 32 bytes in base64url. */
  readonly publicX: string;
  /** 32 bytes. */
  readonly claimTokenKey: Uint8Array;
  /** 32 bytes, for answers that are kept encrypted under an idempotency key. */
  readonly idempotencyKey: Uint8Array;
}

/** A fresh Ed25519 private JWK, as GRANT_SIGNING_KEY takes it. */
export async function newGrantSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

/** Throws an error that says where the key stood, and never shows the key. */
export function readGrantKey(jwk: Readonly<Record<string, unknown>>, where: string): GrantKey {
  const refuse = () =>
    new Error(`${where} is not an Ed25519 private key as a JWK ({"kty":"OKP","crv":"Ed25519","x":…,"d":…}).`);
  const { kty, crv, x, d } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string') throw refuse();
  const seed = Buffer.from(d, 'base64url');
  if (seed.length !== 32) throw refuse();
  const { privateKey, publicX } = importKey({ kty, crv, x, d }, refuse);
  // A pair that does not fit would sign grants that no device accepts.
  if (publicX !== x)
    throw new Error(`${where}: the public part "x" does not belong to the private part "d".`);
  return {
    privateKey,
    keyId: thumbprintOf(publicX),
    publicX,
    claimTokenKey: derive(seed, 'fieldgate claim token'),
    idempotencyKey: derive(seed, 'fieldgate idempotency encryption'),
  };
}

function importKey(jwk: { kty: string; crv: string; x: string; d: string }, refuse: () => Error) {
  try {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    return { privateKey, publicX: createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '' };
  } catch {
    throw refuse();
  }
}

/** RFC 7638, made here because a ring that was changed is read again in the middle of a request. */
const thumbprintOf = (x: string): string =>
  createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');

const derive = (seed: Uint8Array, label: string) => new Uint8Array(hkdfSync('sha256', seed, '', label, 32));
