import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Trees and files that are wrong on purpose. Exactly those whose name begins with `breaks-` break a law. */
export const plantedRoot = join(projectRoot, 'tests', 'architecture', 'violations');

/** Every file below `root` whose path passes, as paths relative to `root`, sorted. A missing root is empty. */
export function filesBelow(root: string, wanted: (path: string) => boolean): readonly string[] {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter(wanted)
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The folders right below `root`, sorted. */
export function foldersIn(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** The planted files of a tree that must be found. */
export const guiltyFiles = (tree: string): readonly string[] =>
  filesBelow(tree, (path) => /(^|\/)breaks-[^/]+\.ts$/.test(path));
