import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lints the OpenAPI document of the built gateway, or the one that is named. Installs its own tool when needed. */
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
const scratch = mkdtempSync(join(tmpdir(), 'fieldgate-openapi-'));
try {
  const named = process.argv[2] ?? join(scratch, 'openapi.json');
  const written =
    process.argv[2] !== undefined ||
    run(process.execPath, [join(here, '../../scripts/write-openapi.mjs'), named]) === 0;
  process.exitCode = written ? run(redocly, ['lint', named, '--config', join(here, 'redocly.yaml')]) : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
