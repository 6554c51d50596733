import { readFile, readdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { z } from 'zod';
import { pause } from '../backoff.js';
import { defineExecutor } from '../executor.js';
import { succeeded, toolMissing } from '../outcome.js';

const parameters = z.strictObject({
  sortBy: z.enum(['cpu', 'memory']).default('cpu'),
  limit: z.int().min(1).max(200).default(20),
});

const sampleMs = 500;

/** Names only, never command lines: those hold passwords. CPU is what was used while the command watched. */
export const processList = defineExecutor('process_list', parameters, async ({ sortBy, limit }, context) => {
  const before = await sample();
  if (before === null) return toolMissing('This device does not show its processes.');
  await pause(sampleMs, context.signal);
  const after = await sample();
  if (after === null) return toolMissing('This device does not show its processes.');
  const pageBytes = await pageSize();
  const elapsed = after.totalTicks - before.totalTicks;
  const processes = [...after.processes.values()].map(({ ticks, memoryPages, ...rest }) => {
    const used = ticks - (before.processes.get(rest.pid)?.ticks ?? ticks);
    // Of one processor, as top shows it: a busy program with two threads may have 200.
    const cpuPercent = elapsed > 0 ? Math.round((used / elapsed) * cpus().length * 1000) / 10 : 0;
    return { ...rest, cpuPercent, memoryBytes: memoryPages * pageBytes };
  });
  const key = sortBy === 'cpu' ? 'cpuPercent' : 'memoryBytes';
  const top = processes.sort((a, b) => b[key] - a[key] || a.pid - b.pid).slice(0, limit);
  const lines = top.map(
    (one) => `${one.pid} ${one.name} ${one.state} cpu ${one.cpuPercent}% memory ${one.memoryBytes}`,
  );
  return succeeded({ output: lines.join('\n'), data: { total: processes.length, processes: top } });
});

interface ProcessSample {
  readonly pid: number;
  readonly parentPid: number;
  readonly name: string;
  readonly state: string;
  readonly threads: number;
  readonly memoryPages: number;
  readonly ticks: number;
}

async function sample(): Promise<{ totalTicks: number; processes: Map<number, ProcessSample> } | null> {
  const stat = await readFile('/proc/stat', 'utf8').catch(() => null);
  if (stat === null) return null;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = await Promise.all(
    pids.map(async (pid) => {
      // Many processes end between the listing and the reading.
      const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
      return text === null ? null : parseProcessStat(text);
    }),
  );
  const found = read.filter((one) => one !== null);
  const [, ...ticks] = (stat.split('\n')[0] ?? '').trim().split(/\s+/);
  // Guest time is already counted in the user time before it.
  const totalTicks = ticks.slice(0, 8).reduce((sum, value) => sum + Number(value), 0);
  return { totalTicks, processes: new Map(found.map((one) => [one.pid, one])) };
}

/** The kernel counts memory in pages, whose size differs between boards (4 KiB, 16 KiB). */
async function pageSize(): Promise<number> {
  const text = await readFile('/proc/self/smaps', 'utf8').catch(() => '');
  return Number(/^KernelPageSize:\s+(\d+) kB$/m.exec(text)?.[1] ?? 4) * 1024;
}

/** One line of /proc/<pid>/stat. The name stands in brackets and may itself hold brackets and spaces. */
export function parseProcessStat(text: string): ProcessSample | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  const numberAt = (index: number): number => Number(fields[index] ?? 0);
  return {
    pid: Number(text.slice(0, open)),
    parentPid: numberAt(1),
    name: text.slice(open + 1, close),
    state: fields[0] ?? '?',
    threads: numberAt(17),
    memoryPages: numberAt(21),
    ticks: numberAt(11) + numberAt(12),
  };
}
