import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyScripts, dist, root, stamp, tsc } from './sources.mjs';

/** Compiles to `dist` and copies the Lua scripts to the same place there. */
const startedAt = new Date();
// tsc believes its notes: without the last step of a build, nobody knows what is really there.
if (!existsSync(stamp)) rmSync(dist, { recursive: true, force: true });
rmSync(stamp, { force: true });
const { status } = spawnSync(tsc, ['-p', join(root, 'tsconfig.build.json')], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(1);
copyScripts();
mkdirSync(dist, { recursive: true });
writeFileSync(stamp, '');
// What was saved while the compiler ran counts as newer.
utimesSync(stamp, startedAt, startedAt);
