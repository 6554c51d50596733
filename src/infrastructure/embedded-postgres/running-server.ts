import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeOwnerLock } from './owner-lock.js';

/**
 * The URL of the embedded Postgres of a folder that another process owns right now; null when nobody does. For
 * programs that only visit: they come after the owner, and leave before it or are cut off.
 */
export async function runningEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const folder = join(dataDir, 'postgres');
  const password = await readFile(join(folder, 'password'), 'utf8').catch(() => null);
  if (password === null || !(await isOwned(dataDir))) return null;
  // The fourth line of `postmaster.pid` is the port, by PostgreSQL's own account of that file.
  const [, , , port] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n');
  return `postgres://postgres:${password}@127.0.0.1:${port ?? ''}/postgres`;
}

async function isOwned(dataDir: string): Promise<boolean> {
  try {
    (await takeOwnerLock(dataDir)).release();
    return false;
  } catch {
    return true;
  }
}
