import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newGrantSigningKey } from './grant-key.js';
import { keptKey, syncFolder, writeThrough } from './kept-key.js';
import type { KeyRing } from './key-ring.js';
import { readKeyRing, writeKeyRing } from './key-ring.js';

/**
 * Replaces the ring kept at `path` by what `change` makes of it, as a whole: whoever reads meanwhile, and a crash,
 * find the one or the other. One change at a time; a second one is refused.
 */
export async function changeKeyRing(
  path: string,
  change: (ring: KeyRing) => Promise<KeyRing>,
): Promise<void> {
  await keptKey(path, newGrantSigningKey);
  const lockPath = `${path}.lock`;
  const lock = await open(lockPath, 'wx', 0o600).catch((error: unknown) => {
    throw new Error(`Somebody changes the keys right now. If nobody does, remove ${lockPath}.`, {
      cause: error,
    });
  });
  const draft = `${path}.${randomUUID()}`;
  try {
    const ring = await change(readKeyRing(await readFile(path, 'utf8'), path));
    await writeThrough(draft, writeKeyRing(ring));
    await rename(draft, path);
    await syncFolder(dirname(path));
  } finally {
    await rm(draft, { force: true });
    await lock.close();
    await rm(lockPath, { force: true });
  }
}
