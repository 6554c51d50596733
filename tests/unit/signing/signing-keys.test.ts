import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newGrantSigningKey } from '../../../src/infrastructure/signing/grant-key.js';
import { openSigningKeys } from '../../../src/infrastructure/signing/signing-keys.js';
import { openAccessTokenSigner } from '../../../src/infrastructure/signing/es256-access-token-signer.js';

// The example key of RFC 8037, appendix A.
const example = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
};

let dataDir: string;

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'fieldgate-keys-')), 'data');
});

afterEach(async () => {
  await rm(join(dataDir, '..'), { recursive: true });
});

describe('the grant-signing key', () => {
  it('is named by its RFC 7638 thumbprint', async () => {
    const keys = await openSigningKeys({ grantSigningKey: JSON.stringify(example), dataDir });
    expect(keys.signing.keyId).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
    expect(keys.signing.publicX).toBe(example.x);
  });

  it('gives every gateway the same keys for claim tokens and idempotency, each its own', async () => {
    const source = { grantSigningKey: JSON.stringify(example), dataDir };
    const [one, other] = [await openSigningKeys(source), await openSigningKeys(source)];
    expect(one.signing.claimTokenKey).toEqual(other.signing.claimTokenKey);
    expect(one.signing.idempotencyKey).toEqual(other.signing.idempotencyKey);
    expect(one.signing.claimTokenKey).toHaveLength(32);
    expect(one.signing.idempotencyKey).toHaveLength(32);
    expect(Buffer.from(one.signing.claimTokenKey)).not.toEqual(Buffer.from(one.signing.idempotencyKey));
    const stranger = await openSigningKeys({ grantSigningKey: await newGrantSigningKey(), dataDir });
    expect(Buffer.from(stranger.signing.claimTokenKey)).not.toEqual(Buffer.from(one.signing.claimTokenKey));
  });

  it('leaves no file behind when it is configured', async () => {
    await openSigningKeys({ grantSigningKey: JSON.stringify(example), dataDir });
    await expect(stat(dataDir)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A'],
    ['JSON null', 'null'],
    ['a public key', JSON.stringify({ ...example, d: undefined })],
    ['another curve', JSON.stringify({ ...example, crv: 'X25519' })],
    ['a short private part', JSON.stringify({ ...example, d: example.d.slice(4) })],
    ['a PEM', '-----BEGIN PRIVATE KEY-----'],
  ])('is refused by name when it is %s', async (_, grantSigningKey) => {
    const opening = openSigningKeys({ grantSigningKey, dataDir });
    await expect(opening).rejects.toThrow(/^GRANT_SIGNING_KEY is not an Ed25519 private key/);
  });

  it('is refused when its halves do not belong together, and is not shown', async () => {
    const other = JSON.parse(await newGrantSigningKey()) as typeof example;
    const opening = openSigningKeys({ grantSigningKey: JSON.stringify({ ...example, x: other.x }), dataDir });
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/GRANT_SIGNING_KEY/);
    expect(String(error)).not.toContain(example.d);
  });
});

describe('a key kept in the data folder', () => {
  it('is made once and is nobody else’s to read', async () => {
    const first = await openSigningKeys({ dataDir });
    const second = await openSigningKeys({ dataDir });
    expect(second.signing.keyId).toBe(first.signing.keyId);
    expect((await stat(join(dataDir, 'keys'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, 'keys', 'grant-signing-key.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(dataDir, 'keys'))).toEqual(['grant-signing-key.json']);
  });

  it('is the same for gateways that start at the same moment', async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, () => openSigningKeys({ dataDir })));
    expect(new Set(opened.map((keys) => keys.signing.keyId)).size).toBe(1);
    const signers = await Promise.all(Array.from({ length: 20 }, () => openAccessTokenSigner(dataDir)));
    expect(new Set(signers.map((signer) => signer.publicKeys().keys[0]?.kid)).size).toBe(1);
    expect((await readdir(join(dataDir, 'keys'))).sort()).toEqual([
      'access-token-key.json',
      'grant-signing-key.json',
    ]);
  });

  it('is never replaced when it is damaged, but named', async () => {
    await openSigningKeys({ dataDir });
    const path = join(dataDir, 'keys', 'grant-signing-key.json');
    await writeFile(path, 'damaged');
    await expect(openSigningKeys({ dataDir })).rejects.toThrow(path);
    expect(await readFile(path, 'utf8')).toBe('damaged');
  });

  it('is not invented when the folder cannot be used', async () => {
    await openSigningKeys({ dataDir });
    await rm(join(dataDir, 'keys'), { recursive: true });
    await writeFile(join(dataDir, 'keys'), 'in the way');
    await chmod(dataDir, 0o700);
    await expect(openSigningKeys({ dataDir })).rejects.toThrow('ENOTDIR');
  });
});
