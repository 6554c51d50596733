import { readFile } from 'node:fs/promises';
import { arch, cpus, freemem, hostname, loadavg, platform, release, totalmem, uptime } from 'node:os';
import { z } from 'zod';
import { agentVersion } from '../agent-version.js';
import { defineExecutor } from '../executor.js';
import { machineModel } from '../machine-model.js';
import { succeeded } from '../outcome.js';

export const systemInfo = defineExecutor('system_info', z.strictObject({}), async () => {
  const processors = cpus();
  const data = {
    hostname: hostname(),
    model: await machineModel(),
    operatingSystem: await operatingSystem(),
    kernel: `${platform()} ${release()}`,
    architecture: arch(),
    processor: processors[0]?.model ?? null,
    processors: processors.length,
    memoryBytes: totalmem(),
    memoryFreeBytes: freemem(),
    loadAverage: loadavg(),
    uptimeMs: Math.round(uptime() * 1000),
    nodeVersion: process.version,
    agentVersion,
  };
  const output = Object.entries(data)
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join(' ') : String(value)}`)
    .join('\n');
  return succeeded({ output, data });
});

async function operatingSystem(): Promise<string | null> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? null;
}
