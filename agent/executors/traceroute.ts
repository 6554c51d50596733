import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import { succeeded, toolMissing } from '../outcome.js';
import { findTool } from '../system-tools.js';
import { host, timeoutMs } from './parameter-shapes.js';
import { runTool, toolFailed } from './tool-run.js';

const parameters = z.strictObject({
  host,
  maxHops: z.int().min(1).max(64).default(30),
  timeoutMs: timeoutMs.default(60_000),
});

/** The way to a host, by traceroute or, where only that is installed, tracepath. */
export const traceroute = defineExecutor('traceroute', parameters, async (given, context) => {
  const hops = String(given.maxHops);
  const tools = [
    { name: 'traceroute', args: ['-n', '-q', '1', '-w', '2', '-m', hops, '--', given.host] },
    { name: 'tracepath', args: ['-n', '-m', hops, '--', given.host] },
  ];
  for (const { name, args } of tools) {
    const file = await findTool(name, context.toolDirectories);
    if (file === null) continue;
    const run = await runTool({ file, args, timeLimitMs: given.timeoutMs, live: true }, context);
    if (!run.ended) return run.outcome;
    if (run.code !== 0) return toolFailed(run);
    return succeeded({
      output: run.result.output,
      data: { host: given.host, tool: name, hops: readHops(run.result.stdout) },
    });
  }
  return toolMissing('There is neither traceroute nor tracepath on this device.');
});

export interface Hop {
  readonly hop: number;
  /** Null for a router that keeps silent. */
  readonly address: string | null;
  readonly roundTripMs: number | null;
}

/** Reads the numbered lines of either tool; of several lines about one hop the last counts. */
export function readHops(output: string): Hop[] {
  const hops = new Map<number, Hop>();
  for (const line of output.split('\n')) {
    const found = /^\s*(\d+)[:?]*\s+(.*)$/.exec(line);
    if (found === null) continue;
    const hop = Number(found[1]);
    const rest = found[2] ?? '';
    const address = /^(?:[\d.]+|[0-9a-f:]+:[0-9a-f:.]*)(?=\s|$)/i.exec(rest)?.[0] ?? null;
    const time = /([\d.]+)\s*ms/.exec(rest)?.[1];
    hops.set(hop, {
      hop,
      address,
      roundTripMs: address === null || time === undefined ? null : Number(time),
    });
  }
  return [...hops.values()];
}
