import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { openAccessTokenSigner } from '../../../src/infrastructure/signing/es256-access-token-signer.js';
import type { Es256AccessTokenSigner } from '../../../src/infrastructure/signing/es256-access-token-signer.js';

const claims = {
  sub: 'b5a6f0a4-3a0e-4a51-9d8e-3f0f3b1f7c11',
  amr: [{ method: 'password', timestamp: 1_795_435_200 }],
  iat: 1_795_435_200,
  exp: 1_795_438_800,
};
const whileGood = { currentDate: new Date(claims.iat * 1000), algorithms: ['ES256'] };

let dataDir: string;
let signer: Es256AccessTokenSigner;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-access-token-key-'));
  signer = await openAccessTokenSigner(dataDir);
});

afterAll(() => rm(dataDir, { recursive: true }));

const keySetOf = (by: Es256AccessTokenSigner): JSONWebKeySet => ({ keys: [...by.publicKeys().keys] });
const verified = async (token: string, by = signer) =>
  jwtVerify(token, createLocalJWKSet(keySetOf(by)), whileGood);

describe('an access token', () => {
  it('carries the claims that it was given and no other, under a header that names the key', async () => {
    const { payload, protectedHeader } = await verified(await signer.sign(claims));
    expect(payload).toEqual(claims);
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', kid: keySetOf(signer).keys[0]?.kid });
  });

  it('gets no time that the caller did not give', async () => {
    expect(decodeJwt(await signer.sign({ sub: 'x' }))).toEqual({ sub: 'x' });
    expect(decodeJwt(await signer.sign({}))).toEqual({});
  });

  it('is not good when anything of it was changed', async () => {
    const [header = '', payload = '', signature = ''] = (await signer.sign(claims)).split('.');
    const other = (await signer.sign({ ...claims, sub: 'x' })).split('.');
    for (const parts of [
      [header, other[1], signature],
      [header, payload, other[2]],
      [header, payload, signature.slice(0, -4)],
    ]) {
      await expect(verified(parts.join('.'))).rejects.toThrow('signature verification failed');
    }
  });

  it('is good with every gateway that shares the folder, and with no other', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'fieldgate-access-token-key-'));
    try {
      const [same, stranger] = [await openAccessTokenSigner(dataDir), await openAccessTokenSigner(elsewhere)];
      const token = await signer.sign(claims);
      expect((await verified(token, same)).payload).toEqual(claims);
      await expect(verified(token, stranger)).rejects.toThrow('no applicable key');
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });
});

describe('the key of the access tokens', () => {
  it('is published as a P-256 key for signatures, named by its RFC 7638 thumbprint, without its private part', async () => {
    const [key, ...others] = keySetOf(signer).keys;
    expect(others).toEqual([]);
    expect(key).toEqual({
      ...{ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' },
      x: expect.stringMatching(/^[\w-]{43}$/),
      y: expect.stringMatching(/^[\w-]{43}$/),
      kid: await calculateJwkThumbprint(key ?? {}),
    });
  });

  it.each([
    ['no JSON', 'damaged'],
    ['no key', '{}'],
    ['a key of another kind', '{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}'],
    ['a public key', '{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}'],
  ])('is not replaced when the file holds %s: the start fails', async (_, text) => {
    const damaged = await mkdtemp(join(tmpdir(), 'fieldgate-access-token-key-'));
    try {
      await openAccessTokenSigner(damaged);
      const path = join(damaged, 'keys', 'access-token-key.json');
      await writeFile(path, text);
      await expect(openAccessTokenSigner(damaged)).rejects.toThrow();
      expect(await readFile(path, 'utf8')).toBe(text);
    } finally {
      await rm(damaged, { recursive: true });
    }
  });
});
