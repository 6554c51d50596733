import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

/** Fixed, so that whoever can set the agent's environment cannot choose its programs. */
export const systemToolDirectories: readonly string[] = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

/** The absolute path of a program of this machine, or null when it is not installed. */
export async function findTool(name: string, directories: readonly string[]): Promise<string | null> {
  for (const directory of directories) {
    const path = join(directory, name);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return null;
}
