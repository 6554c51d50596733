import type { Bench, Row } from '../bench.js';
import type { Unit } from '../fleet.js';
import { seedUnits } from '../fleet.js';
import { openGateway } from '../opened-gateway.js';
import { median, quantile } from '../rounds.js';
import type { Line } from '../table.js';
import type { WakeUp } from './wake-ups.js';
import { wakeUps } from './wake-ups.js';

const samplesPerRound = 15;
/** Those that wait for a moment do so side by side. */
const beside = 4;

/** How long until a parked poll has what there is to do, one command at a time. */
export const latencyRow: Row = {
  name: 'latency',
  run: async (bench: Bench): Promise<readonly Line[]> => {
    const { redisUrl, prefix, lifecycle, rounds } = bench;
    const databaseUrl = await bench.postgres.database('latency', lifecycle);
    const opened = await openGateway({ redisUrl, prefix: `${prefix}-latency`, databaseUrl }, lifecycle);
    const units = await seedUnits(opened, 1, beside);
    const series = wakeUps(opened).map((wakeUp) => ({
      wakeUp,
      medians: [] as number[],
      all: [] as number[],
    }));
    for (let round = 0; round <= rounds; round += 1) {
      for (const { wakeUp, medians, all } of series) {
        const samples = await sample(wakeUp, units);
        if (round === 0) continue;
        medians.push(median(samples));
        all.push(...samples);
      }
    }
    return series.flatMap(({ wakeUp, medians, all }) => linesOfWakeUp(wakeUp.of, medians, all));
  },
};

async function sample(wakeUp: WakeUp, units: readonly Unit[]): Promise<readonly number[]> {
  if (wakeUp.of === 'lapse' || wakeUp.of === 'notBefore') {
    return Promise.all(units.map((unit) => wakeUp.once(unit)));
  }
  const samples: number[] = [];
  const [unit] = units;
  while (unit !== undefined && samples.length < samplesPerRound) samples.push(await wakeUp.once(unit));
  return samples;
}

function linesOfWakeUp(of: string, medians: readonly number[], all: readonly number[]): readonly Line[] {
  const line = { row: 'latency', unit: 'ms', peer: '', theirs: [] };
  const what = `${of} until a parked poll returns`;
  const p50: Line = { ...line, what: `${what}, p50`, ours: medians, target: { atMost: 50 } };
  return [p50, { ...line, what: `${what}, p99`, ours: [quantile(all, 0.99)], target: null }];
}
