import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import type { Bench } from '../bench.js';
import { openHandWrittenQueues } from '../dispatch/hand-written-lua.js';
import { payload } from '../fleet.js';
import type { Contender } from '../rounds.js';
import { LeastRecord } from '../least/least-record.js';

/**
 * The least that promises as much as ours, on the way on which nothing goes wrong: every step on disk before the next
 * one and with an entry in a hash-chained log, a signed grant, and Redis to tell what comes next. No rules, no guards, no
 * lists that anybody could read. A measure of what the promises cost, and of what ours costs beyond them.
 */
export async function leastCycle(bench: Bench): Promise<Contender> {
  const name = 'least record';
  const pool = new Pool({ connectionString: await bench.postgres.database('least', bench.lifecycle) });
  pool.on('error', () => undefined);
  bench.lifecycle.opened(name, () => pool.end());
  const record = await LeastRecord.open(pool);
  const queues = await openHandWrittenQueues(bench, `${name}, its queues`);
  const parameters = JSON.stringify(payload);
  let last = 0;
  return {
    name,
    cycle: async (caller) => {
      last += 1;
      const [id, device, rank] = [randomUUID(), `device-${String(caller)}`, last];
      const { data } = await record.propose(id, device, parameters);
      await queues.add(device, rank, id);
      if ((await queues.take(device)) !== id) throw new Error('another id came than was added');
      await record.take({ state: 'claimed', id, data });
      await record.take({ state: 'succeeded', id, result: 'ok', data });
      await queues.remove(device, id);
    },
  };
}
