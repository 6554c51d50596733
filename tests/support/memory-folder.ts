import { statfsSync } from 'node:fs';

const enoughBytes = 4 * 2 ** 30;

/**
 * Where files lie in memory. Hundreds of stores come and go in the tests, and each writes its files in earnest: a disk
 * keeps them waiting, now and then for longer than a gateway waits for its store. Null where memory can be had as a folder
 * only by the spoonful, as in most containers.
 */
export function memoryFolder(): string | null {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > enoughBytes ? '/dev/shm' : null;
  } catch {
    return null;
  }
}
