import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import type { Programs } from './embedded-programs.js';
import { hasErrorCode } from './error-code.js';
import type { ServerUser } from './server-user.js';

/** The files of one server. */
export interface Cluster {
  readonly data: string;
  readonly logFile: string;
  readonly password: string;
  /** In the command line of every process of this server, and of no other's. */
  readonly name: string;
}

/** Only this, and not what belongs to a server of the machine: PGDATA, PGPORT and the like. */
export const serverEnvironment = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Finds the files, or makes them: under another name and with their password, and renamed only when they are
 * whole, so that a start that was cut short leaves nothing that a later one could take for a database.
 * The caller holds the owner's lock.
 */
export async function prepareCluster(
  dataDir: string,
  programs: Programs,
  user: ServerUser,
  log: (message: string) => void,
): Promise<Cluster> {
  const folder = join(dataDir, 'postgres');
  const data = join(folder, 'data');
  const password = (await readPassword(folder)) ?? (await makeCluster(folder, programs, user, log));
  const name = `fieldgate-${createHash('sha256').update(data).digest('hex').slice(0, 16)}`;
  return { data, logFile: join(dataDir, 'postgres.log'), password, name };
}

async function readPassword(folder: string): Promise<string | null> {
  try {
    return await readFile(join(folder, 'password'), 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function makeCluster(
  folder: string,
  programs: Programs,
  user: ServerUser,
  log: (message: string) => void,
): Promise<string> {
  log('Making the files of the embedded Postgres.');
  // A name of its own: an initdb whose gateway was killed may still be writing to its own draft.
  const draft = `${folder}.new-${randomBytes(4).toString('hex')}`;
  const passwordFile = join(draft, 'password');
  const password = randomBytes(24).toString('hex');
  await removeOldDrafts(folder);
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== null) for (const path of [passwordFile, draft]) await chown(path, user.uid, user.gid);
  await initialise(programs.initdb, join(draft, 'data'), passwordFile, user);
  // Fails when there is something already: files without a password are never overwritten.
  await rename(draft, folder);
  return password;
}

async function removeOldDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(dirname(folder))).filter((name) =>
    name.startsWith(`${basename(folder)}.new-`),
  );
  for (const draft of drafts) {
    await rm(join(dirname(folder), draft), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function initialise(
  initdb: string,
  data: string,
  passwordFile: string,
  user: ServerUser,
): Promise<void> {
  const args = [
    `--pgdata=${data}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order on every machine, whatever its locales.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  const child = spawn(initdb, args, {
    ...user,
    cwd: '/',
    env: serverEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The files of the embedded Postgres could not be made: ${said.trim()}`);
}
