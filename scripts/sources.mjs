import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const dist = join(root, 'dist');
/** Made when a build succeeds; its time is when that build began. */
export const stamp = join(dist, '.built');
export const tsc = join(root, 'node_modules', '.bin', 'tsc');

const folders = ['src', 'agent', 'demo', 'bench'];

/** Everything that the build reads. */
export function sourceFiles() {
  const found = folders
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => pathsBelow(folder).map((path) => join(folder, path)))
    .filter((path) => /\.(ts|lua|json)$/.test(path));
  return [...found, join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json')];
}

/** The bench brings packages of its own, whose sources are not ours. */
const pathsBelow = (folder) =>
  readdirSync(folder, { recursive: true }).filter((path) => !path.startsWith('node_modules'));

/** When a source was last changed, in milliseconds. */
export function changedAt() {
  return Math.max(...sourceFiles().map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

export function isBuildOld() {
  return !existsSync(stamp) || changedAt() > statSync(stamp).mtimeMs;
}

/** tsc leaves the Lua scripts behind; the built code reads them beside itself. */
export function copyScripts() {
  for (const path of sourceFiles().filter((file) => file.endsWith('.lua'))) {
    const target = join(dist, relative(root, path));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
  }
}
