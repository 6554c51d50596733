import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { AccessTokenSigner } from '../../application/ports/access-token-signer.js';
import type { JsonObject } from '../../domain/shared/json.js';
import { keptKey } from './kept-key.js';
import { readKeyText } from './key-text.js';

/** Access tokens under a P-256 key, as new Supabase projects sign them. */
export class Es256AccessTokenSigner implements AccessTokenSigner {
  readonly #privateKey: KeyObject;
  readonly #publicJwk: JsonObject & { readonly kid: string };

  constructor(privateKey: KeyObject, publicJwk: JsonObject & { readonly kid: string }) {
    this.#privateKey = privateKey;
    this.#publicJwk = publicJwk;
  }

  sign(claims: JsonObject): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: this.#publicJwk.kid, typ: 'JWT' })
      .sign(this.#privateKey);
  }

  publicKeys() {
    return { keys: [this.#publicJwk] };
  }
}

/** The signer whose key is kept in `dataDir`, made there on first use. */
export async function openAccessTokenSigner(dataDir: string): Promise<Es256AccessTokenSigner> {
  const path = join(dataDir, 'keys', 'access-token-key.json');
  const { kty, crv, x, y, d } = readJwk(await keptKey(path, newAccessTokenKey), path);
  const publicPart = { kty, crv, x, y };
  const kid = await calculateJwkThumbprint(publicPart);
  const privateKey = createPrivateKey({ key: { ...publicPart, d }, format: 'jwk' });
  return new Es256AccessTokenSigner(privateKey, { ...publicPart, kid, alg: 'ES256', use: 'sig' });
}

async function newAccessTokenKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

function readJwk(text: string, path: string) {
  const { kty, crv, x, y, d } = readKeyText(text);
  const parts = [kty, crv, x, y, d];
  if (kty !== 'EC' || crv !== 'P-256' || !parts.every((part) => typeof part === 'string')) {
    throw new Error(`${path} is not a P-256 private key as a JWK.`);
  }
  return { kty, crv, x: String(x), y: String(y), d: String(d) };
}
