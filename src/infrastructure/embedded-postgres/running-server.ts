import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/**
 * The URL of the embedded Postgres of a folder whose owner is another process; null when none answers there. For
 * programs that only visit: they come after the owner, and leave before it or are cut off.
 */
export async function runningEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const folder = join(dataDir, 'postgres');
  const password = await readIfThere(join(folder, 'password'));
  // The fourth line of `postmaster.pid` is the port, by PostgreSQL's own account of that file.
  const [, , , port] = (await readIfThere(join(folder, 'data', 'postmaster.pid')))?.split('\n') ?? [];
  if (password === null || port === undefined) return null;
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return (await answers(url)) ? url : null;
}

async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

/** A file may have outlived its server; only the right one knows the password. */
async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
