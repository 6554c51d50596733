import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const program = join(import.meta.dirname, '..', '..', 'scripts', 'write-contract.mjs');

describe('the contract as files', () => {
  it('has OpenAPI, written without any store, which names the paths of devices and people', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'openapi']);
    const { openapi, paths } = JSON.parse(stdout) as { openapi: string; paths: Record<string, object> };
    expect(openapi).toMatch(/^3\.1\./);
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/v1/device/commands/claim', '/api/v1/customer/commands/{id}']),
    );
  });

  it('has AsyncAPI, written without any store, which names the channels of devices and people', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'asyncapi']);
    const { asyncapi, channels } = JSON.parse(stdout) as {
      asyncapi: string;
      channels: Record<string, object>;
    };
    expect(asyncapi).toBe('3.0.0');
    expect(Object.keys(channels)).toEqual(['device', 'customer']);
  });

  it('has the types that the portal is checked with, as they are made from it', async () => {
    const portal = join(import.meta.dirname, '..', '..', 'portal');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(portal, 'scripts', 'contract-types.mjs')],
      { maxBuffer: 2 ** 24 },
    );
    expect(stdout === (await readFile(join(portal, 'src', 'api', 'contract.d.ts'), 'utf8'))).toBe(true);
  });
});
