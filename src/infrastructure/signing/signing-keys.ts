import { createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { keptKey } from './kept-key.js';
import { readKeyText } from './key-text.js';

/** Everything that is made from the grant-signing key, so that all gateways with that key agree. */
export interface SigningKeys {
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

export interface SigningKeySource {
  /** An Ed25519 private JWK as JSON; when absent a key is made once and kept in `dataDir`. */
  readonly grantSigningKey?: string | undefined;
  readonly dataDir: string;
}

/** Rejects with an error that names GRANT_SIGNING_KEY, or the file, and never shows the key. */
export async function openSigningKeys(source: SigningKeySource): Promise<SigningKeys> {
  if (source.grantSigningKey !== undefined) return readKey(source.grantSigningKey, 'GRANT_SIGNING_KEY');
  const path = join(source.dataDir, 'keys', 'grant-signing-key.json');
  return readKey(await keptKey(path, newGrantSigningKey), path);
}

/** A fresh Ed25519 private JWK, as GRANT_SIGNING_KEY takes it. */
export async function newGrantSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

async function readKey(text: string, where: string): Promise<SigningKeys> {
  const { privateKey, publicX, seed } = parse(text, where);
  return {
    privateKey,
    keyId: await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: publicX }),
    publicX,
    claimTokenKey: derive(seed, 'fieldgate claim token'),
    idempotencyKey: derive(seed, 'fieldgate idempotency encryption'),
  };
}

function parse(text: string, where: string) {
  const refuse = () =>
    new Error(`${where} is not an Ed25519 private key as a JWK ({"kty":"OKP","crv":"Ed25519","x":…,"d":…}).`);
  const jwk = readKeyText(text);
  const { kty, crv, x, d } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string') throw refuse();
  const seed = Buffer.from(d, 'base64url');
  if (seed.length !== 32) throw refuse();
  const { privateKey, publicX } = importKey({ kty, crv, x, d }, refuse);
  // A pair that does not fit would sign grants that no device accepts.
  if (publicX !== x)
    throw new Error(`${where}: the public part "x" does not belong to the private part "d".`);
  return { privateKey, publicX, seed };
}

function importKey(jwk: { kty: string; crv: string; x: string; d: string }, refuse: () => Error) {
  try {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    return { privateKey, publicX: createPublicKey(privateKey).export({ format: 'jwk' }).x };
  } catch {
    throw refuse();
  }
}

const derive = (seed: Uint8Array, label: string) => new Uint8Array(hkdfSync('sha256', seed, '', label, 32));
