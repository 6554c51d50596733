import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildPortal } from './portal.mjs';
import { dist, isBuildOld, root, tsc } from './sources.mjs';

/**
 * `node scripts/run.mjs <program> [arguments]`: builds when the sources are newer than `dist`, then becomes the
 * program. In this process, so that a signal reaches the program and its exit code is ours.
 */
const programs = {
  gateway: 'src/main.js',
  agent: 'agent/main.js',
  demo: 'demo/main.js',
  cli: 'src/cli.js',
  bench: 'bench/main.js',
};

const [program = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(programs, program)) {
  console.error(`Unknown program ${JSON.stringify(program)}. One of: ${Object.keys(programs).join(', ')}.`);
  process.exit(2);
}
// In production there is no compiler, and `dist` came with the package.
if (existsSync(tsc)) {
  const build = [join(root, 'scripts', 'build.mjs'), '--without-portal'];
  if (isBuildOld() && spawnSync(process.execPath, build, { stdio: 'inherit' }).status !== 0) process.exit(1);
  // A gateway without its portal is a gateway still, and a device needs none.
  if (['gateway', 'demo'].includes(program)) buildPortal();
}
const main = join(dist, programs[program]);
if (!existsSync(main)) {
  console.error(`${main} is missing. Run \`npm run build\` where the development packages are installed.`);
  process.exit(1);
}
process.argv = [process.argv[0], main, ...args];
await import(pathToFileURL(main).href);
