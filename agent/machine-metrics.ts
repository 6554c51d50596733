import { cpus, freemem, loadavg, totalmem, uptime } from 'node:os';

export type Metrics = Readonly<Record<string, number>>;

/** Measures this machine for heartbeats. `cpu` and `memory` are fractions of one in use, `cpu` since the last reading. */
export class MachineMetrics {
  #last = cpuTimes();

  read(): Metrics {
    const now = cpuTimes();
    const total = now.total - this.#last.total;
    const busy = total - (now.idle - this.#last.idle);
    this.#last = now;
    const [load1 = 0, load5 = 0, load15 = 0] = loadavg();
    return {
      cpu: total > 0 ? round(busy / total) : 0,
      memory: round(1 - freemem() / totalmem()),
      uptimeMs: Math.round(uptime() * 1000),
      loadAverage1: round(load1),
      loadAverage5: round(load5),
      loadAverage15: round(load15),
    };
  }
}

function cpuTimes(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, total };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
