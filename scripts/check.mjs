import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { installPortal } from './portal.mjs';

/** Runs the checks that need no services, the longest first and as many at once as there are processors. */
const checks = ['lint', 'format', 'layers', 'types', 'core', 'docs'];
const npm = process.env['npm_execpath'];
const [program, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];

async function run(name) {
  const child = spawn(program, [...first, 'run', '-s', `check:${name}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const [code] = await once(child, 'close');
  const outcome = code === 0 ? 'ok' : 'failed';
  process.stdout.write(`check:${name} ${outcome}\n${code === 0 ? '' : Buffer.concat(said).toString()}`);
  return code === 0;
}

// Two of them read the packages of the portal, and both would fetch them.
if (!installPortal()) process.exit(1);
const waiting = [...checks];
const results = await Promise.all(
  Array.from({ length: Math.max(1, availableParallelism()) }, async () => {
    let ok = true;
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) ok = (await run(name)) && ok;
    return ok;
  }),
);
process.exitCode = results.every(Boolean) ? 0 : 1;
