import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

interface Package {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const lock = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Package>> };
const manifest = JSON.parse(read('package.json')) as Readonly<
  Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>
>;

describe('what the gateway is made of', () => {
  it('is pinned: every package by its version, and by the hash of its content', () => {
    const asked = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(asked.filter(([, version]) => !/^(?:npm:.+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual(
      [],
    );
    const installed = Object.entries(lock.packages).filter(
      ([path, { link }]) => path !== '' && link !== true,
    );
    expect(installed.length).toBeGreaterThan(100);
    expect(installed.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))).toEqual([]);
  });

  it('gets into the image by the lock file, and runs no script of a package on its way', () => {
    const installs = read('Dockerfile')
      .split('\n')
      .filter((line) => /\b(?:npm|npx|yarn|pnpm)\b/.test(line) && line.startsWith('RUN'));
    expect(installs.length).toBeGreaterThan(0);
    for (const line of installs) expect(line).toMatch(/npm ci .*--ignore-scripts/);
  });

  it('runs as somebody who is not root', () => {
    expect(read('Dockerfile')).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  it('stands behind a load balancer that passes on no request of two meanings', () => {
    const template = read('deploy/ecs/fieldgate.yaml');
    expect(template).toMatch(/drop_invalid_header_fields\.enabled\n\s+Value: ['"]?true/);
    expect(template).toMatch(/desync_mitigation_mode\n\s+Value: ['"]?(?:defensive|strictest)/);
  });
});
