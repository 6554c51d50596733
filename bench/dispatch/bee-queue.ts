import { AwaitedEnds } from '../awaited-ends.js';
import type { Bench } from '../bench.js';
import { loadPeer } from '../peers.js';
import type { Contender } from '../rounds.js';

interface BeeJob {
  readonly data: { readonly key: number };
  save(): Promise<unknown>;
}
interface BeeQueue {
  createJob(data: BeeJob['data']): BeeJob;
  process(concurrency: number, work: (job: BeeJob) => Promise<void>): void;
  on(event: 'succeeded', listener: (job: BeeJob) => void): void;
  close(timeoutMs: number): Promise<void>;
}
type BeeQueueClass = new (name: string, settings: object) => BeeQueue;

/**
 * As its documentation advises for speed: no events, no stored jobs, finished ones removed, no delayed jobs. It
 * has no call to take a job by hand, so that a worker with a place for every caller does it.
 */
export function beeQueue({ redisUrl, prefix, lifecycle }: Bench): Contender {
  const Queue = loadPeer('bee-queue') as BeeQueueClass;
  const queue = new Queue('bench', {
    prefix: `${prefix}-bee`,
    redis: { url: redisUrl },
    getEvents: false,
    sendEvents: false,
    storeJobs: false,
    removeOnSuccess: true,
    activateDelayedJobs: false,
  });
  lifecycle.opened('bee-queue', () => queue.close(1_000));
  const ends = new AwaitedEnds();
  queue.process(64, () => Promise.resolve());
  queue.on('succeeded', ({ data }) => ends.ended(data.key));
  return {
    name: 'bee-queue',
    cycle: async () => {
      const key = ends.next();
      await queue.createJob({ key }).save();
      await ends.of(key);
    },
  };
}
