import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerUser } from './own-process.js';
import { runProgram } from './programs.js';

/** A folder for one server, and whether the power can be cut under it. */
export interface Disk {
  readonly folder: string;
  /** Null where the power can be cut; otherwise why not. */
  readonly steadyBecause: string | null;
  /** From here on nothing reaches the disk, what was not synchronized before is gone after `restore`. */
  cut(): void;
  /** Only after every server on it has ended. */
  restore(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * A file system of its own in an image, where the machine lets us mount one, else a plain folder. Cutting is the
 * kernel's own simulation: the file system goes down without writing its journal or its dirty pages.
 */
export async function openDisk(
  parent: string,
  name: string,
  { megabytes, owner }: { readonly megabytes: number; readonly owner: ServerUser },
): Promise<Disk> {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  const give = (): void => {
    if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  };
  const image = join(parent, `${name}.ext4`);
  let steadyBecause: string | null = null;
  try {
    makeImage(image, megabytes);
    mount(image, folder);
    cutPower(folder);
    await unmount(folder);
    mount(image, folder);
  } catch (error) {
    steadyBecause = error instanceof Error ? error.message : String(error);
    await unmount(folder).catch(() => undefined);
    rmSync(image, { force: true });
  }
  give();
  return {
    folder,
    steadyBecause,
    cut: () => cutPower(folder),
    restore: async () => {
      await unmount(folder);
      mount(image, folder);
      give();
    },
    remove: async () => {
      if (steadyBecause === null) await unmount(folder);
      rmSync(image, { force: true });
    },
  };
}

function makeImage(image: string, megabytes: number): void {
  if (process.getuid?.() !== 0) throw new Error('mounting needs root');
  writeFileSync(image, '');
  truncateSync(image, megabytes * 1_048_576);
  runProgram('mkfs.ext4', ['-q', '-m', '0', image]);
}

function mount(image: string, folder: string): void {
  runProgram('mount', ['-o', 'loop', image, folder]);
}

async function unmount(folder: string): Promise<void> {
  // The kernel lets go of a killed server's files a moment after its end.
  for (let tries = 0; ; tries += 1) {
    const { status, stderr } = spawnSync('umount', [folder], { encoding: 'utf8' });
    if (status === 0) return;
    if (tries >= 100) throw new Error(`umount ${folder} failed: ${stderr}`);
    await sleep(50);
  }
}

/** EXT4_IOC_SHUTDOWN with "do not flush the journal". Node has no ioctl; Perl is part of every Debian. */
function cutPower(folder: string): void {
  const script =
    'open(my $f, "<", $ARGV[0]) or die "$!"; my $how = pack("L", 2); defined ioctl($f, 0x8004587D, $how) or die "$!"';
  runProgram('perl', ['-e', script, folder]);
}
