import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lints the OpenAPI and the AsyncAPI document of the built gateway. Installs its own tool when needed. */
const here = import.meta.dirname;
const redocly = join(here, 'node_modules', '.bin', 'redocly');

function run(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    ...options,
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}

if (!existsSync(redocly)) {
  const installed = run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', here]);
  if (installed !== 0) process.exit(installed);
}
const scratch = mkdtempSync(join(tmpdir(), 'fieldgate-contract-'));
const write = join(here, '../../scripts/write-contract.mjs');
try {
  const files = ['openapi', 'asyncapi'].map((name) => {
    const file = join(scratch, `${name}.json`);
    if (run(process.execPath, [write, name, file]) !== 0) process.exit(1);
    return file;
  });
  process.exitCode = run(redocly, ['lint', ...files, '--config', join(here, 'redocly.yaml')]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
