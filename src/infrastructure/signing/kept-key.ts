import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * The key kept in the file at `path`, made on first use and readable by its owner only. Gateways that share
 * the folder and start at the same moment get the same key, and a crash leaves a whole key or none.
 */
export async function keptKey(path: string, make: () => Promise<string>): Promise<string> {
  return (await readIfThere(path)) ?? (await keep(path, await make()));
}

async function keep(path: string, key: string): Promise<string> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeThrough(draft, key);
    await linkUnlessThere(draft, path);
    await syncFolder(folder);
  } finally {
    await rm(draft, { force: true });
  }
  // Somebody else's key may stand there now; whichever came first is the key.
  return readFile(path, 'utf8');
}

export async function writeThrough(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A link, unlike a rename, fails when the name is taken, and never shows a half-written file. */
async function linkUnlessThere(draft: string, path: string): Promise<void> {
  await link(draft, path).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
}

/** Devices pin the key when they register: a name that a power cut takes away would lock them all out. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
