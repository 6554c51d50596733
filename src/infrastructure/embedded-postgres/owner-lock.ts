import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface OwnerLock {
  release(): void;
}

/**
 * One process owns the embedded Postgres of a folder. The lock is SQLite's on a file of its own, because the
 * kernel takes that back when its holder dies, in whatever way; a file with a process id could outlive its
 * process and then name a stranger. The id is noted beside it only for the message.
 */
export async function takeOwnerLock(dataDir: string): Promise<OwnerLock> {
  const note = join(dataDir, 'postgres.owner');
  const file = new DatabaseSync(join(dataDir, 'postgres.lock'), { timeout: 0 });
  try {
    file.exec('begin exclusive');
  } catch (error) {
    file.close();
    if (!isBusy(error)) throw error;
    const owner = await readFile(note, 'utf8').catch(() => 'unknown');
    throw new Error(
      `The embedded Postgres in ${dataDir} belongs to the running process ${owner}. ` +
        'Stop that process, set another DATA_DIR, or give several gateways one DATABASE_URL.',
      { cause: error },
    );
  }
  await writeFile(note, String(process.pid), { mode: 0o600 });
  return {
    release: () => {
      file.close();
    },
  };
}

/** SQLITE_BUSY: somebody else has it. */
function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === 5;
}
