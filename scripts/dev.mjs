import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { changedAt, dist, root } from './sources.mjs';

/** The gateway, built and started again at every change of its sources, until Ctrl-C. */
const build = () =>
  spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' }).status;
if (build() !== 0) process.exit(1);

const main = join(dist, 'src', 'main.js');
const gateway = spawn(process.execPath, ['--watch', `--watch-path=${join(dist, 'src')}`, main], {
  stdio: 'inherit',
});

// Looked up, not watched: on Linux a watch of a whole tree loses the files that an editor replaces.
let seen = changedAt();
setInterval(() => {
  const now = changedAt();
  if (now === seen) return;
  seen = now;
  build();
}, 500);

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => gateway.kill(signal));
await once(gateway, 'exit');
process.exit(0);
