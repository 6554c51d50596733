import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryFolder } from '../tests/support/memory-folder.ts';

/** Runs all tests, or those that the arguments for jest name, and ends with the line `N passed, N failed`. */
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fieldgate-tests-'));
const environment = { ...process.env, TMPDIR: process.env.TMPDIR ?? memoryFolder() ?? tmpdir() };
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

let child;
let over = false;
// A Ctrl-C reaches jest by itself; both signals must let it clean up before this process ends.
process.on('SIGINT', () => (over = true));
process.on('SIGTERM', () => {
  over = true;
  child?.kill('SIGTERM');
});

const given = process.argv.slice(2);
// The run under faults loads the whole machine: it comes when nothing else runs.
const turns =
  given.length > 0
    ? [given]
    : [
        ['--ignoreProjects', 'faults'],
        ['--selectProjects', 'faults'],
      ];
const total = { passed: 0, failed: 0, ok: true };
for (const [number, args] of turns.entries()) {
  if (!over) await take(args, join(folder, `result-${number}.json`));
}
rmSync(folder, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.ok && !over && total.failed === 0 && total.passed > 0 ? 0 : 1;

async function take(args, resultFile) {
  child = spawn(process.execPath, [...jest, '--json', `--outputFile=${resultFile}`, ...args], {
    cwd: root,
    stdio: ['inherit', 'ignore', 'inherit'],
    env: environment,
  });
  const [code] = await once(child, 'exit');
  const { passed, failed } = counts(resultFile);
  total.passed += passed;
  total.failed += failed;
  total.ok &&= code === 0;
}

/** A file that could not be run at all counts as one failure, and so does a jest that left no result. */
function counts(resultFile) {
  try {
    const result = JSON.parse(readFileSync(resultFile, 'utf8'));
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
