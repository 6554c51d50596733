import type { Bench, Row } from '../bench.js';
import { median } from '../rounds.js';
import { openRedis } from '../services/redis-service.js';
import type { Line } from '../table.js';
import type { WorldSize } from './grown-world.js';
import { growWorld } from './grown-world.js';

const sizes: readonly WorldSize[] = [
  { commands: 1, devices: 1 },
  { commands: 1_000, devices: 1 },
  { commands: 1_000, devices: 1_000 },
  { commands: 100_000, devices: 1_000 },
  { commands: 100_000, devices: 100_000 },
  { commands: 1_000_000, devices: 1_000 },
  { commands: 1_000_000, devices: 100_000 },
];

const claimsPerRound = 100;

/** What one claim takes, however much waits. All sizes exist at the same time, and are asked in turns. */
export const growthRow: Row = {
  name: 'growth',
  run: async (bench: Bench): Promise<readonly Line[]> => {
    // Not written to a file: what is compared is one size with another, and millions of offers come first.
    const redis = await openRedis(bench.lifecycle, { prefix: bench.prefix, appendOnly: 'no' });
    const worlds = [];
    const begun = performance.now();
    for (const size of sizes)
      worlds.push({ world: await growWorld(bench, redis.url, size), ms: [] as number[] });
    bench.note(`growth: filled in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
    for (let round = 0; round <= bench.rounds; round += 1) {
      const samples = worlds.map((): number[] => []);
      for (let claim = 0; claim < claimsPerRound; claim += 1) {
        for (const [index, { world }] of worlds.entries()) samples[index]?.push(await world.claimOnce());
      }
      if (round === 0) continue;
      for (const [index, { ms }] of worlds.entries()) ms.push(median(samples[index] ?? []));
    }
    const [smallest, ...larger] = worlds;
    return larger.map(({ world, ms }): Line => {
      const { commands, devices } = world;
      return {
        row: 'growth',
        what: `claim with ${commands.toLocaleString('en')} waiting for ${devices.toLocaleString('en')} devices`,
        unit: 'ms',
        ours: ms,
        peer: 'with 1 waiting',
        theirs: smallest?.ms ?? [],
        target: { atMost: 1.3 },
      };
    });
  },
};
