import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * `npm run test:model -- --runs 200000 --seed 7`: the models, with a budget of one's own. A failure prints its seed and
 * its path; with both, `--path` repeats that run alone. `--model` is a part of the name of one model.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
    model: { type: 'string' },
  },
});
for (const name of ['runs', 'seed', 'path']) {
  if (values[name] !== undefined) process.env[`FIELDGATE_MODEL_${name.toUpperCase()}`] = values[name];
}
process.env.FIELDGATE_MODEL_RUNS ??= '2000';
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const only = values.model === undefined ? [] : ['--testNamePattern', values.model];
const args = [...jest, '--selectProjects', 'integration', '--testPathPatterns', 'tests/model/', ...only];
const root = fileURLToPath(new URL('..', import.meta.url));
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
const [code] = await once(child, 'exit');
process.exitCode = code ?? 1;
