import type { Contender } from '../rounds.js';
import type { ServerProcess } from '../services/server-process.js';

export interface MeteredContender extends Contender {
  /** Processor time of its server per cycle in milliseconds, a value per counted round. */
  readonly cpuMs: readonly number[];
}

/** With few processors, rates also tell who shares one with whom; processor time does not. */
export function metered(contender: Contender, server: ServerProcess): MeteredContender {
  const cpuMs: number[] = [];
  let before: number | null = null;
  return {
    ...contender,
    cpuMs,
    prepare: async (seconds) => {
      await contender.prepare?.(seconds);
      before = server.cpuMs();
    },
    finish: async (turn) => {
      const after = server.cpuMs();
      if (turn.counted && before !== null && after !== null) cpuMs.push((after - before) / turn.cycles);
      await contender.finish?.(turn);
    },
  };
}
