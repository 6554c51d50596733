import { readFile, statfs } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../error-words.js';
import { defineExecutor } from '../executor.js';
import { failed, succeeded } from '../outcome.js';

const parameters = z.strictObject({
  path: z
    .string()
    .max(4096)
    .refine((path) => isAbsolute(path) && !/\p{Cc}/u.test(path), 'must be an absolute path')
    .optional(),
});

/** Real disks only: a network file system whose server is away would hold the agent, a virtual one says nothing. */
const localFileSystems = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'f2fs',
  'zfs',
  'vfat',
  'exfat',
  'overlay',
]);

const maxDisks = 50;

export const diskUsage = defineExecutor('disk_usage', parameters, async ({ path }) => {
  try {
    const disks = path === undefined ? await usageOfAll(await mountPoints()) : [await usageOf(path)];
    const output = disks
      .map(
        (disk) =>
          `${disk.path} ${disk.usedPercent}% used, ${disk.availableBytes} of ${disk.totalBytes} bytes available`,
      )
      .join('\n');
    return succeeded({ output, data: { disks } });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return failed('path_not_found', 'There is no such path.');
    return failed('path_unreadable', `The path could not be read (${code}).`);
  }
});

/** Of those that may be looked at: a container's own disks, say, are closed to others. Rejects when none may. */
async function usageOfAll(paths: readonly string[]): Promise<readonly DiskUsage[]> {
  const looks = await Promise.allSettled(paths.map(usageOf));
  const disks = looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []));
  const refused = looks.find((look) => look.status === 'rejected');
  if (disks.length === 0 && refused !== undefined) throw refused.reason;
  return disks;
}

interface DiskUsage {
  readonly path: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
  /** To programs that are not root. */
  readonly availableBytes: number;
  readonly usedPercent: number;
  readonly filesTotal: number;
  readonly filesFree: number;
}

async function usageOf(path: string): Promise<DiskUsage> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path);
  const used = blocks - bfree;
  // As df does it: what only root may fill counts neither as used nor as available.
  const usable = used + bavail;
  return {
    path,
    totalBytes: blocks * bsize,
    usedBytes: used * bsize,
    availableBytes: bavail * bsize,
    usedPercent: usable === 0 ? 0 : Math.round((used / usable) * 1000) / 10,
    filesTotal: files,
    filesFree: ffree,
  };
}

async function mountPoints(): Promise<string[]> {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  // One disk mounted in several places (snap, bind mounts) is told once, at its first place.
  const places = new Map<string, string>();
  for (const line of mounts.split('\n')) {
    const [device, place, type] = line.split(' ');
    if (device === undefined || place === undefined || type === undefined) continue;
    if (localFileSystems.has(type) && !places.has(device)) places.set(device, unescapeMount(place));
  }
  const found = [...places.values()].slice(0, maxDisks);
  return found.includes('/') ? found : ['/', ...found];
}

function unescapeMount(place: string): string {
  return place.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
