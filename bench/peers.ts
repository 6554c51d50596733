import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The package beside the sources; the build does not carry it along. */
const folder = new URL('../../bench/', import.meta.url);
const requireFromBench = createRequire(new URL('package.json', folder));

const changedAt = (name: string): number =>
  statSync(new URL(name, folder), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Installs what the bench compares with, unless it is there as the lockfile wants it. */
export function installPeers(): void {
  if (changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json')) return;
  const npm = process.env['npm_execpath'];
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const flags = ['ci', '--prefix', fileURLToPath(folder), '--no-audit', '--no-fund', '--ignore-scripts'];
  const { status } = spawnSync(program, [...first, ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('The packages to compare with could not be installed.');
}

/** Loads a package of the bench's own. The gateway's build does without them, so the caller says what it sees. */
export const loadPeer = (name: string): unknown => requireFromBench(name);

export const peerVersion = (name: string): string =>
  (requireFromBench('./package.json') as { dependencies: Readonly<Record<string, string>> }).dependencies[
    name
  ] ?? '?';
