import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './error-words.js';
import { badConfiguration } from './agent-failure.js';

export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * One agent a data directory: two would share one identity and run commands twice. The lock names its process
 * and that process's start, so that a pid used again after a reboot does not look like a running agent.
 * Refuses with a bad-configuration failure while the holder lives; takes over what a dead one left.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const path = join(dataDir, 'agent.lock');
  const draft = `${path}.${randomUUID()}`;
  const mine = JSON.stringify({ pid: process.pid, birth: await processBirth(process.pid) });
  await writeFile(draft, mine, { mode: 0o600, flag: 'wx' });
  try {
    for (let round = 0; round < 5; round += 1) {
      if (await linked(draft, path)) return { release: () => release(path, mine) };
      const theirs = await readFile(path, 'utf8').catch(() => null);
      if (theirs === null) continue;
      const holder = await livingHolder(theirs);
      if (holder !== null) {
        throw badConfiguration(`Another agent (process ${holder}) already uses ${dataDir}.`);
      }
      await clearStale(path, theirs);
    }
    throw badConfiguration(`Another agent is starting in ${dataDir}.`);
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

// Two starters may find the same stale lock: what was moved away is put back when it is no longer that one.
async function clearStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readFile(aside, 'utf8');
  if (moved !== stale) await linked(aside, path);
  await rm(aside, { force: true });
}

async function livingHolder(lock: string): Promise<number | null> {
  const match = /^\{"pid":(\d+),"birth":(null|"[^"]*")\}$/.exec(lock);
  if (match?.[1] === undefined) return null;
  const pid = Number(match[1]);
  if (pid === process.pid || !isAlive(pid)) return null;
  const birth: unknown = JSON.parse(match[2] ?? 'null');
  return birth === (await processBirth(pid)) ? pid : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Boot and start tick of a process; null where there is no /proc, and the pid alone must do. */
async function processBirth(pid: number): Promise<string | null> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The program's name may hold anything, so fields are counted after its closing bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()}/${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

async function release(path: string, mine: string): Promise<void> {
  const current = await readFile(path, 'utf8').catch(() => null);
  if (current === mine) await rm(path, { force: true });
}
