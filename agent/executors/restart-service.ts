import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import { failed, notAllowed, succeeded, toolMissing } from '../outcome.js';
import { findTool } from '../system-tools.js';
import { unitName } from './parameter-shapes.js';
import { runTool, toolFailed } from './tool-run.js';

const parameters = z.strictObject({ service: unitName });

const restartLimitMs = 90_000;
const askLimitMs = 10_000;

/** Restarts a unit that the operator listed and says whether it stayed up. */
export const restartService = defineExecutor('restart_service', parameters, async ({ service }, context) => {
  if (!context.allowList.services.includes(service)) {
    return notAllowed(`The operator of this device does not allow to restart ${service}.`);
  }
  const file = await findTool('systemctl', context.toolDirectories);
  if (file === null) return toolMissing('There is no systemd on this device.');
  const restart = await runTool(
    { file, args: ['--no-ask-password', 'restart', '--', service], timeLimitMs: restartLimitMs, live: true },
    context,
  );
  if (!restart.ended) return restart.outcome;
  if (restart.code !== 0) return toolFailed(restart);
  const asked = await runTool({ file, args: ['is-active', '--', service], timeLimitMs: askLimitMs }, context);
  if (!asked.ended) return asked.outcome;
  const state = asked.result.stdout.trim();
  const details = { output: `${service} was restarted and is ${state}`, data: { service, state } };
  if (asked.code === 0) return succeeded(details);
  return failed('not_active', `${service} was restarted and is ${state} now.`, details);
});
