import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const program = join(import.meta.dirname, '..', '..', 'scripts', 'write-openapi.mjs');

describe('the OpenAPI document as a file', () => {
  it('is written without any store, and names the paths of devices and people', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    const { openapi, paths } = JSON.parse(stdout) as { openapi: string; paths: Record<string, object> };
    expect(openapi).toMatch(/^3\.1\./);
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/v1/device/commands/claim', '/api/v1/customer/commands/{id}']),
    );
  });
});
