import { spawnSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPortal } from './portal.mjs';
import { copyScripts, dist, root, stamp, tsc } from './sources.mjs';

/** Compiles to `dist` what has changed, copies the Lua scripts to the same place there, and bundles the portal. */
const startedAt = new Date();
const { status } = spawnSync(tsc, ['-p', join(root, 'tsconfig.build.json')], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(1);
copyScripts();
mkdirSync(dist, { recursive: true });
writeFileSync(stamp, '');
// What was saved while the compiler ran counts as newer.
utimesSync(stamp, startedAt, startedAt);
// `--without-portal`: for programs that serve none.
if (!process.argv.includes('--without-portal') && !buildPortal()) process.exit(1);
