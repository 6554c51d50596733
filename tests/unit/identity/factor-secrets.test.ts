import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FactorSecrets } from '../../../src/infrastructure/local-identity/factor-secrets.js';
import { openFactorKey } from '../../../src/infrastructure/signing/factor-key.js';

let dataDir: string;
let secrets: FactorSecrets;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-factor-key-'));
  secrets = new FactorSecrets(await openFactorKey(dataDir));
});

afterAll(() => rm(dataDir, { recursive: true }));

describe('a sealed secret', () => {
  it('opens for its factor, also after a restart, and looks different each time', async () => {
    const sealed = await secrets.seal('GEZDGNBV', 'factor-1');
    expect(sealed).not.toContain('GEZDGNBV');
    expect(await secrets.seal('GEZDGNBV', 'factor-1')).not.toBe(sealed);
    const restarted = new FactorSecrets(await openFactorKey(dataDir));
    expect(await restarted.open(sealed, 'factor-1')).toBe('GEZDGNBV');
  });

  it('opens for no other factor, under no other key, and not when it was touched', async () => {
    const sealed = await secrets.seal('GEZDGNBV', 'factor-1');
    await expect(secrets.open(sealed, 'factor-2')).rejects.toThrow();
    await expect(new FactorSecrets(new Uint8Array(32)).open(sealed, 'factor-1')).rejects.toThrow();
    const middle = sealed.length - 30;
    const touched = `${sealed.slice(0, middle)}${sealed[middle] === 'A' ? 'B' : 'A'}${sealed.slice(middle + 1)}`;
    await expect(secrets.open(touched, 'factor-1')).rejects.toThrow();
    await expect(secrets.open('no seal', 'factor-1')).rejects.toThrow();
  });
});

describe('the key of sealed secrets', () => {
  const path = () => join(dataDir, 'keys', 'second-factor-key.json');

  it('is readable by its owner only', async () => {
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{}', '{"kty":"oct","k":"c2hvcnQ"}', '{"kty":"EC","k":"x"}'])(
    'is refused when it is none, and not shown: %j',
    async (text) => {
      const kept = await readFile(path(), 'utf8');
      await writeFile(path(), text);
      await expect(openFactorKey(dataDir)).rejects.toThrow(`${path()} is not a key of 32 bytes as a JWK.`);
      await writeFile(path(), kept);
    },
  );
});
