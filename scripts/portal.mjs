import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { dist, root } from './sources.mjs';

/** The portal is a package of its own: its tools are many, and the gateway runs without any of them. */
const home = join(root, 'portal');
const lockfile = join(home, 'package-lock.json');
const installed = join(home, 'node_modules', '.package-lock.json');
const built = join(dist, 'portal');
const stamp = join(dist, '.portal-built');

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Installs what the lockfile of the portal names, when that is missing or older. False when that fails. */
export function installPortal() {
  if (timeOf(installed) >= timeOf(lockfile)) return true;
  const options = ['ci', '--prefix', home, '--no-audit', '--no-fund', '--loglevel=error'];
  // Run by npm, that very npm; on Windows, and without npm, the one of the PATH.
  const npm = process.env.npm_execpath;
  const [file, args] = npm?.endsWith('.js') ? [process.execPath, [npm, ...options]] : ['npm', options];
  if (!succeeded(spawnSync(file, args, { cwd: home, stdio: ['ignore', 'ignore', 'inherit'] }), 'npm ci'))
    return false;
  // An npm that found nothing to do leaves the old time there, and would be asked again at every build.
  utimesSync(installed, new Date(), new Date());
  return true;
}

/** False also where the sources of the portal are not there. */
export function isPortalOld() {
  if (!existsSync(lockfile)) return false;
  return !existsSync(join(built, 'index.html')) || sourcesChangedAt() > timeOf(stamp);
}

/** Bundles the portal to `dist/portal`, when it has changed. False when that fails. */
export function buildPortal() {
  if (!isPortalOld()) return true;
  const startedAt = new Date();
  if (!installPortal()) return false;
  const vite = join(home, 'node_modules', 'vite', 'bin', 'vite.js');
  const options = ['build', '--logLevel', 'warn'];
  const bundled = spawnSync(process.execPath, [vite, ...options], { cwd: home, stdio: 'inherit' });
  if (!succeeded(bundled, 'vite build')) return false;
  compressAssets(join(built, 'assets'));
  mkdirSync(dist, { recursive: true });
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
  return true;
}

/** Compressed once here, as well as it goes, instead of for every reader. */
function compressAssets(folder) {
  for (const name of readdirSync(folder)) {
    if (!/\.(js|css|svg)$/.test(name)) continue;
    const content = readFileSync(join(folder, name));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
  }
}

function sourcesChangedAt() {
  const files = ['package.json', 'package-lock.json', 'vite.config.mjs', 'index.html'];
  const sources = readdirSync(join(home, 'src'), { recursive: true }).map((path) => join('src', path));
  return Math.max(...[...files, ...sources].map((path) => timeOf(join(home, path))));
}

function succeeded({ status, error }, what) {
  if (status === 0) return true;
  console.error(`The portal could not be built: ${what} failed${error ? ` (${error.message})` : ''}.`);
  return false;
}
