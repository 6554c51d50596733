import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import { failed, succeeded, toolMissing } from '../outcome.js';
import { findTool } from '../system-tools.js';
import { host, timeoutMs } from './parameter-shapes.js';
import { runTool, toolFailed } from './tool-run.js';

const parameters = z.strictObject({
  host,
  count: z.int().min(1).max(20).default(4),
  timeoutMs: timeoutMs.default(30_000),
});

/** ICMP echo through the system's own ping; there is no substitute for it that would be honest. */
export const ping = defineExecutor('ping', parameters, async (given, context) => {
  const file = await findTool('ping', context.toolDirectories);
  if (file === null) return toolMissing('There is no ping program on this device.');
  const run = await runTool(
    {
      file,
      args: [
        ...(isIPv6(given.host) ? ['-6'] : []),
        ...['-n', '-c', String(given.count), '-w', String(Math.ceil(given.timeoutMs / 1000))],
        ...['--', given.host],
      ],
      // ping ends itself at its deadline and prints its summary; the limit is for one that does not.
      timeLimitMs: given.timeoutMs + 2_000,
      live: true,
    },
    context,
  );
  if (!run.ended) return run.outcome;
  const { stdout, stderr, output } = run.result;
  const data = readPingSummary(stdout);
  if (run.code === 0) return succeeded({ output, data: { host: given.host, ...data } });
  if (/operation not permitted|permission denied/i.test(stderr)) {
    return toolMissing('This device does not let the agent ping.');
  }
  if (/unknown host|not known|bad address|name resolution|no address associated/i.test(stderr)) {
    return failed('host_not_found', `The name ${given.host} could not be resolved.`, { output });
  }
  if (data.transmitted === undefined) return toolFailed(run);
  return failed('no_reply', `${given.host} did not answer.`, { output, data: { host: given.host, ...data } });
});

export interface PingSummary {
  readonly transmitted?: number;
  readonly received?: number;
  readonly lossPercent?: number;
  readonly roundTripMs?: { readonly min: number; readonly avg: number; readonly max: number };
}

/** Reads the summary as iputils and BusyBox print it. */
export function readPingSummary(output: string): PingSummary {
  const packets = /(\d+) packets transmitted, (\d+) (?:packets )?received.*?([\d.]+)% packet loss/s.exec(
    output,
  );
  const times = /= ([\d.]+)\/([\d.]+)\/([\d.]+)/.exec(output);
  return {
    ...(packets === null
      ? {}
      : {
          transmitted: Number(packets[1]),
          received: Number(packets[2]),
          lossPercent: Number(packets[3]),
        }),
    ...(times === null
      ? {}
      : { roundTripMs: { min: Number(times[1]), avg: Number(times[2]), max: Number(times[3]) } }),
  };
}
