import { AwaitedEnds } from '../awaited-ends.js';
import type { Bench } from '../bench.js';
import { openBullMq } from '../bullmq.js';
import { payload } from '../fleet.js';
import type { Contender } from '../rounds.js';

/** A worker with a place for every caller, which fetches the next job in the call that completes one. */
export async function bullMqCycle(bench: Bench): Promise<Contender> {
  const { queue, worker } = await openBullMq(bench, 'cycle', () => Promise.resolve('ok'));
  const ends = new AwaitedEnds();
  worker.on('completed', ({ data }) => ends.ended(data.key));
  return {
    name: 'BullMQ',
    cycle: async () => {
      const key = ends.next();
      await queue.add('job', { key, ...payload });
      await ends.of(key);
    },
  };
}
