import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import { failed, notAllowed, succeeded } from '../outcome.js';
import { whyUnsafe } from './operator-program.js';
import { runTool } from './tool-run.js';

const parameters = z.strictObject({
  script: z.string().min(1).max(128),
  args: z
    .array(
      z
        .string()
        .max(256)
        .regex(/^\P{Cc}*$/u, 'must hold no control characters'),
    )
    .max(20)
    .default([]),
});

/** Runs a script that the operator put on the device and listed by name; a command never brings a script along. */
export const runScript = defineExecutor('run_script', parameters, async ({ script, args }, context) => {
  const { scripts } = context.allowList;
  const listed = Object.hasOwn(scripts, script) ? scripts[script] : undefined;
  if (listed === undefined) return notAllowed(`The operator of this device lists no script "${script}".`);
  if (args.length > 0 && !listed.args) return notAllowed(`The script "${script}" takes no arguments.`);
  const unsafe = await whyUnsafe(listed.path);
  if (unsafe !== null) return unsafe;
  const run = await runTool(
    { file: listed.path, args, timeLimitMs: listed.timeLimitMs, live: true },
    context,
  );
  if (!run.ended) return run.outcome;
  const details = { output: run.result.output, data: { exitCode: run.code } };
  if (run.code === 0) return succeeded(details);
  return failed('script_failed', `The script ended with code ${run.code}.`, details);
});
