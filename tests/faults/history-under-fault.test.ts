import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'scripts', 'faults.mjs');
/** Which faults strike, and in which order: every kind is among them. Whatever else happens is the machine's to decide. */
const seed = '11';
/** Several times what it takes on a small machine: the run itself gives up before. */
const patienceMs = 1_800_000;

describe('two gateways, forty devices and four customers', () => {
  it(
    'keep every promise to 20,000 commands through ten faults',
    async () => {
      const run = spawn(process.execPath, ['--no-warnings', program, '--seed', seed], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      run.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      run.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const [code] = (await once(run, 'close')) as [number | null];
      // The table says what was broken, by which seed, or what did not happen often enough to prove anything.
      expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
    },
    patienceMs,
  );
});
