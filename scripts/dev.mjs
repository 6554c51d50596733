import { spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { copyScripts, dist, root, tsc } from './sources.mjs';

/** The gateway, compiled and started again at every change of its sources, until Ctrl-C. */
const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
if (status !== 0) process.exit(1);

const start = (file, args) => spawn(file, args, { cwd: root, stdio: 'inherit' });
const children = [
  start(tsc, ['-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput']),
  start(process.execPath, ['--watch', `--watch-path=${join(dist, 'src')}`, join(dist, 'src', 'main.js')]),
];
watch(join(root, 'src'), { recursive: true }, (_event, file) => {
  if (file?.endsWith('.lua')) copyScripts();
});

let ending = false;
const end = (signal) => {
  if (ending) return;
  ending = true;
  for (const child of children) child.kill(signal);
};
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(signal));
await Promise.all(
  children.map((child) => new Promise((resolve) => child.on('exit', () => resolve(end('SIGTERM'))))),
);
process.exit(0);
