import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';

/** What a shell of an ordinary user may not have on its PATH, and where Debian keeps Postgres. */
const moreFolders = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
  ...debianPostgres(),
];

/** The path of a program, or null. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...moreFolders];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** The path of a program; installs Debian's package of it when that is possible. */
export function ensureProgram(name, debianPackage) {
  const found = findProgram(name);
  if (found !== null) return found;
  const canInstall = isRoot() && findProgram('apt-get') !== null;
  if (canInstall) aptInstall(debianPackage);
  const installed = findProgram(name);
  if (installed !== null) return installed;
  const advice = `The tests need ${name}. Install it (Debian: sudo apt-get install ${debianPackage}; macOS: brew install ${name.replace(/-server$/, '')})`;
  throw new Error(`${advice} or put it on the PATH.`);
}

/** A Chromium under any of the names that it goes by; the one of FIELDGATE_TEST_CHROMIUM, when it is set. */
export function ensureBrowser() {
  const given = process.env.FIELDGATE_TEST_CHROMIUM;
  if (given !== undefined && given !== '') return given;
  const found = ['chromium', 'chromium-browser', 'google-chrome']
    .map(findProgram)
    .find((path) => path !== null);
  return found ?? ensureProgram('chromium', 'chromium');
}

/** Spawn options that turn root into a user whom Postgres and PgBouncer accept; none for everybody else. */
export function unprivileged() {
  if (!isRoot()) return {};
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout.trim(),
    );
    if (uid !== '') return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('Root needs a user `postgres` or `nobody` to run Postgres as.');
}

/**
 * Starts a server and waits until `answers` resolves. Returns a function that stops it. In a process group of
 * its own: a Ctrl-C must reach the tests first, which still need it to clean up.
 */
export async function launch(file, args, { user = {}, answers, stopSignal = 'SIGTERM' }) {
  const server = spawn(file, args, {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  server.stderr.on('data', (chunk) => (said = `${said}${chunk}`.slice(-4_000)));
  const ended = once(server, 'exit').catch((error) => void (said += error.message));
  const until = performance.now() + 20_000;
  for (;;) {
    try {
      await answers();
      break;
    } catch (error) {
      const over = server.exitCode !== null || server.pid === undefined;
      if (over || performance.now() > until) {
        server.kill('SIGKILL');
        throw new Error(`${file} did not start: ${said}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
  return async () => {
    server.kill(stopSignal);
    await ended;
  };
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export function isRoot() {
  return process.getuid?.() === 0;
}

/** Runs a program to its end; throws with what it said when it fails. */
export function run(file, args, options = {}) {
  const { status, stderr, error } = spawnSync(file, args, { encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}

function aptInstall(debianPackage) {
  console.log(`Installing ${debianPackage} with apt for the tests.`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 300_000 };
  run('apt-get', ['update', '-qq'], options);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage], options);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function debianPostgres() {
  try {
    const root = '/usr/lib/postgresql';
    const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}
