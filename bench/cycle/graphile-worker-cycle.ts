import { EventEmitter } from 'node:events';
import { Pool } from 'pg';
import { AwaitedEnds } from '../awaited-ends.js';
import type { Bench } from '../bench.js';
import { payload } from '../fleet.js';
import { loadPeer } from '../peers.js';
import type { Contender } from '../rounds.js';

interface Runner {
  addJob(task: string, data: object): Promise<unknown>;
  stop(): Promise<void>;
}
interface GraphileWorker {
  readonly Logger: new (log: () => () => void) => object;
  readonly run: (options: object) => Promise<Runner>;
}

/** With what its page on performance names: a local queue, batched completion, and a place for every caller. */
export async function graphileWorkerCycle(bench: Bench): Promise<Contender> {
  const { run, Logger } = loadPeer('graphile-worker') as GraphileWorker;
  const events = new EventEmitter();
  const ends = new AwaitedEnds();
  events.on('job:complete', ({ job }: { job: { payload: { key: number } } }) => ends.ended(job.payload.key));
  const connectionString = await bench.postgres.database('graphile', bench.lifecycle);
  const pgPool = new Pool({ connectionString, max: 12 });
  // The worker ends its own pool without waiting for it, and the database is dropped under the connections.
  pgPool.on('error', () => undefined);
  pgPool.on('connect', (client) => client.on('error', () => undefined));
  bench.lifecycle.opened('connections of graphile-worker', () => pgPool.end());
  const runner = await run({
    pgPool,
    events,
    logger: new Logger(() => () => undefined),
    noHandleSignals: true,
    taskList: { job: () => undefined },
    preset: {
      worker: {
        concurrentJobs: 64,
        localQueue: { size: 65 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
  });
  bench.lifecycle.opened('graphile-worker', () => runner.stop());
  return {
    name: 'graphile-worker',
    cycle: async () => {
      const key = ends.next();
      await runner.addJob('job', { key, ...payload });
      await ends.of(key);
    },
  };
}
