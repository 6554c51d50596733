import type { Bench } from './bench.js';
import { loadPeer } from './peers.js';

interface BullJob {
  readonly data: { readonly key: number };
  moveToCompleted(value: unknown, token: string, fetchNext: boolean): Promise<unknown>;
}
interface BullQueue {
  add(name: string, data: object): Promise<unknown>;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}
interface BullWorker {
  getNextJob(token: string, options: { readonly block: boolean }): Promise<BullJob | undefined>;
  on(event: 'completed', listener: (job: BullJob) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  waitUntilReady(): Promise<unknown>;
  close(force?: boolean): Promise<void>;
}
interface BullMq {
  readonly Queue: new (name: string, options: object) => BullQueue;
  readonly Worker: new (name: string, work: (() => Promise<string>) | null, options: object) => BullWorker;
}

/** Finished jobs are removed at once: the fastest it can do, and it keeps no record then. */
export async function openBullMq(
  { redisUrl, prefix, lifecycle }: Bench,
  name: string,
  work: (() => Promise<string>) | null,
): Promise<{ readonly queue: BullQueue; readonly worker: BullWorker }> {
  const { Queue, Worker } = loadPeer('bullmq') as BullMq;
  const { hostname, port } = new URL(redisUrl);
  const connection = { host: hostname, port: Number(port), maxRetriesPerRequest: null };
  const options = { connection, prefix: `${prefix}-bull` };
  const defaultJobOptions = { removeOnComplete: true, removeOnFail: true };
  const queue = new Queue(name, { ...options, defaultJobOptions });
  const worker = new Worker(name, work, { ...options, concurrency: 64, autorun: work !== null });
  lifecycle.opened('BullMQ', async () => {
    await worker.close(true);
    await queue.close();
  });
  worker.on('error', () => undefined);
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  return { queue, worker };
}
