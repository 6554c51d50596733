import type { Bench } from '../bench.js';
import { openBullMq } from '../bullmq.js';
import type { Contender } from '../rounds.js';

/** Added, fetched and completed by hand: three calls, as many as ours. */
export async function bullMqByHand(bench: Bench): Promise<Contender> {
  const { queue, worker } = await openBullMq(bench, 'by-hand', null);
  return {
    name: 'BullMQ',
    cycle: async (caller) => {
      await queue.add('job', {});
      const token = `token-${String(caller)}`;
      const job = await worker.getNextJob(token, { block: false });
      if (job === undefined) throw new Error('BullMQ had nothing to hand out');
      await job.moveToCompleted('ok', token, false);
    },
  };
}
