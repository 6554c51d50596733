import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../error-words.js';
import { defineExecutor } from '../executor.js';
import type { ExecutorContext } from '../executor.js';
import { failed, notAllowed, succeeded, toolMissing } from '../outcome.js';
import type { Outcome } from '../outcome.js';
import { findTool } from '../system-tools.js';
import { unitName } from './parameter-shapes.js';
import { runTool, toolFailed } from './tool-run.js';

const parameters = z.strictObject({
  source: z
    .string()
    .max(4096)
    .refine(
      (source) => (isAbsolute(source) && !/\p{Cc}/u.test(source)) || unitName.safeParse(source).success,
      'must be an absolute path or the name of a systemd unit',
    ),
  lines: z.int().min(1).max(1000).default(100),
});

const journalTimeLimitMs = 20_000;

/** The last lines of a log that the operator listed, letter for letter: no other spelling of a path counts. */
export const logTail = defineExecutor('log_tail', parameters, async ({ source, lines }, context) => {
  const allowed = isAbsolute(source) ? context.allowList.logFiles : context.allowList.logUnits;
  if (!allowed.includes(source))
    return notAllowed(`The operator of this device does not allow to read ${source}.`);
  return isAbsolute(source) ? await tailFile(source, lines, context) : await tailUnit(source, lines, context);
});

async function tailFile(path: string, lines: number, context: ExecutorContext): Promise<Outcome> {
  try {
    // Non-blocking: opening a pipe by mistake would wait for a writer for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return failed('not_a_file', `${path} is not an ordinary file.`);
      const length = Math.min(stat.size, context.limits.outputBytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, stat.size - length);
      return tailed(path, buffer.toString('utf8', 0, bytesRead), lines);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return failed('file_not_found', `There is no ${path}.`);
    return failed('file_unreadable', `${path} could not be read (${code}).`);
  }
}

async function tailUnit(unit: string, lines: number, context: ExecutorContext): Promise<Outcome> {
  const file = await findTool('journalctl', context.toolDirectories);
  if (file === null) return toolMissing('There is no journal on this device.');
  const args = ['--no-pager', '--quiet', '--output=short-iso', `--lines=${lines}`, `--unit=${unit}`];
  const run = await runTool({ file, args, timeLimitMs: journalTimeLimitMs }, context);
  if (!run.ended) return run.outcome;
  return run.code === 0 ? tailed(unit, run.result.stdout, lines) : toolFailed(run);
}

function tailed(source: string, text: string, lines: number): Outcome {
  const last = text.replace(/\n$/, '').split('\n').slice(-lines);
  const found = text === '' ? [] : last;
  return succeeded({ output: found.join('\n'), data: { source, lines: found.length } });
}
