import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import { notAllowed, succeeded, toolMissing } from '../outcome.js';
import { findTool } from '../system-tools.js';
import { runTool, toolFailed } from './tool-run.js';

const parameters = z.strictObject({ delaySeconds: z.int().min(0).max(3600).default(0) });

const timeLimitMs = 10_000;

/**
 * Leaves the reboot to the system's own scheduler, which survives the end of this agent. It counts in minutes:
 * delays are rounded up, and one minute is the least, so that the report of the reboot leaves before it.
 */
export const reboot = defineExecutor('reboot', parameters, async ({ delaySeconds }, context) => {
  if (!context.allowList.reboot)
    return notAllowed('The operator of this device does not allow to reboot it.');
  const file = await findTool('shutdown', context.toolDirectories);
  if (file === null) return toolMissing('There is no shutdown program on this device.');
  const minutes = Math.max(1, Math.ceil(delaySeconds / 60));
  const run = await runTool({ file, args: ['-r', `+${minutes}`], timeLimitMs }, context);
  if (!run.ended) return run.outcome;
  if (run.code !== 0) return toolFailed(run);
  return succeeded({ output: run.result.output, data: { rebootsInMs: minutes * 60_000 } });
});
