import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import { notAllowed, succeeded, toolMissing } from '../outcome.js';
import { runFirstTool } from './first-tool.js';

const tools = [
  { name: 'resolvectl', args: ['flush-caches'] },
  { name: 'systemd-resolve', args: ['--flush-caches'] },
  { name: 'nscd', args: ['--invalidate=hosts'] },
];

export const flushDnsCache = defineExecutor(
  'flush_dns_cache',
  z.strictObject({}),
  async (_given, context) => {
    if (!context.allowList.flushDnsCache) {
      return notAllowed('The operator of this device does not allow to flush its DNS cache.');
    }
    const run = await runFirstTool(tools, context);
    if (run === null) return toolMissing('This device has no DNS cache that the agent knows.');
    if (run.outcome !== null) return run.outcome;
    return succeeded({ output: run.output, data: { tool: run.tool } });
  },
);
