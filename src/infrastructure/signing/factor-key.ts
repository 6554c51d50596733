import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { keptKey } from './kept-key.js';
import { readKeyText } from './key-text.js';

/** The key that secrets of second factors are sealed with: 32 bytes, kept in `dataDir`, made there on first use. */
export async function openFactorKey(dataDir: string): Promise<Uint8Array> {
  const path = join(dataDir, 'keys', 'second-factor-key.json');
  const { kty, k } = readKeyText(await keptKey(path, newFactorKey));
  const key = typeof k === 'string' ? Buffer.from(k, 'base64url') : Buffer.alloc(0);
  if (kty !== 'oct' || key.length !== 32) throw new Error(`${path} is not a key of 32 bytes as a JWK.`);
  return key;
}

const newFactorKey = () =>
  Promise.resolve(JSON.stringify({ kty: 'oct', k: randomBytes(32).toString('base64url') }));
