import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isBuildOld, root } from './sources.mjs';

/** The history check under fault: builds when the sources are newer than `dist`, then becomes the run. */
if (isBuildOld()) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
await import(pathToFileURL(join(root, 'tests', 'support', 'typescript-hooks.mjs')).href);
await import(pathToFileURL(join(root, 'tests', 'faults', 'main.ts')).href);
