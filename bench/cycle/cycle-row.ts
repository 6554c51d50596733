import type { Bench, Row } from '../bench.js';
import { linesOf } from '../bench.js';
import { openGateway } from '../opened-gateway.js';
import type { Contender } from '../rounds.js';
import { race } from '../rounds.js';
import type { Line } from '../table.js';
import { bullMqCycle } from './bullmq-cycle.js';
import { graphileWorkerCycle } from './graphile-worker-cycle.js';
import { jetStreamCycle } from './jetstream-cycle.js';
import { leastCycle } from './least-cycle.js';
import { ourCycle } from './our-cycle.js';
import { pgBossCycle } from './pg-boss-cycle.js';
import { skipLockedCycle } from './skip-locked-cycle.js';

const callers = 64;
const targets = { BullMQ: 2, 'SKIP LOCKED': 2.5, 'pg-boss': 8, JetStream: 1 };

/** Propose, claim and report, all of it on disk before the next step; without HTTP. */
export const cycleRow: Row = {
  name: 'cycle',
  run: async (bench: Bench): Promise<readonly Line[]> => {
    const { redisUrl, prefix, lifecycle } = bench;
    const stores = {
      redisUrl,
      prefix: `${prefix}-cycle`,
      databaseUrl: await bench.postgres.database('cycle', bench.lifecycle),
    };
    const opened = await openGateway(stores, lifecycle);
    const ours = [
      await ourCycle(opened, 'one customer', 1, callers, callers),
      await ourCycle(opened, 'a hundred customers', 100, 1, callers),
    ];
    const peers: Contender[] = [
      await bullMqCycle(bench),
      await skipLockedCycle(bench),
      await pgBossCycle(bench),
      await graphileWorkerCycle(bench),
      await leastCycle(bench),
    ];
    const stream = await jetStreamCycle(bench);
    if (stream !== null) peers.push(stream);
    const { rounds, seconds, warmUp } = bench;
    const rates = await race([...ours, ...peers], { rounds, seconds, warmUp, callers });
    const others = rates.slice(ours.length);
    return ours.flatMap(({ name }, index) =>
      linesOf(
        ['', ...peers.map((peer) => peer.name)],
        [rates[index] ?? [], ...others],
        {
          row: 'cycle',
          what: `propose, claim, result; ${name}, callers: ${String(callers)}`,
          unit: 'cycles/s',
        },
        targets,
      ),
    );
  },
};
