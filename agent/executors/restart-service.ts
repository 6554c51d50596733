import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import type { ExecutorContext } from '../executor.js';
import { failed, notAllowed, succeeded, toolMissing } from '../outcome.js';
import type { Outcome } from '../outcome.js';
import { findTool } from '../system-tools.js';
import { whyUnsafe } from './operator-program.js';
import { unitName } from './parameter-shapes.js';
import { runTool, toolFailed } from './tool-run.js';

const parameters = z.strictObject({ service: unitName });

const restartLimitMs = 90_000;
const askLimitMs = 10_000;

/**
 * Restarts a service that the operator listed: a systemd unit, of which it says whether it stayed up, or one with
 * a program of its own for that.
 */
export const restartService = defineExecutor('restart_service', parameters, async ({ service }, context) => {
  const { services, restartPrograms } = context.allowList;
  const program = Object.hasOwn(restartPrograms, service) ? restartPrograms[service] : undefined;
  if (program !== undefined) return runProgram(service, program, context);
  if (!services.includes(service)) {
    return notAllowed(`The operator of this device does not allow to restart ${service}.`);
  }
  return restartUnit(service, context);
});

async function runProgram(service: string, program: string, context: ExecutorContext): Promise<Outcome> {
  const unsafe = await whyUnsafe(program);
  if (unsafe !== null) return unsafe;
  const restart = await runTool(
    { file: program, args: [], timeLimitMs: restartLimitMs, live: true },
    context,
  );
  if (!restart.ended) return restart.outcome;
  if (restart.code !== 0) return toolFailed(restart);
  return succeeded({ output: restart.result.output, data: { service } });
}

async function restartUnit(service: string, context: ExecutorContext): Promise<Outcome> {
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
}
