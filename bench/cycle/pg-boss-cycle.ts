import type { Bench } from '../bench.js';
import { payload } from '../fleet.js';
import { loadPeer } from '../peers.js';
import type { Contender } from '../rounds.js';

interface Boss {
  on(event: 'error', listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  stop(options: object): Promise<void>;
  createQueue(name: string): Promise<void>;
  send(name: string, data: object): Promise<string | null>;
  fetch(name: string): Promise<readonly { readonly id: string }[]>;
  complete(name: string, id: string, data?: object): Promise<unknown>;
}
interface PgBossPackage {
  readonly PgBoss: new (options: object) => Boss;
}

/** Without schedules and supervision, and fetched by hand: its own workers look twice a second at most. */
export async function pgBossCycle(bench: Bench): Promise<Contender> {
  const { PgBoss } = loadPeer('pg-boss') as PgBossPackage;
  const connectionString = await bench.postgres.database('pg_boss', bench.lifecycle);
  const boss = new PgBoss({ connectionString, max: 12, schedule: false, supervise: false });
  boss.on('error', () => undefined);
  await boss.start();
  bench.lifecycle.opened('pg-boss', () => boss.stop({ graceful: false }));
  await boss.createQueue('cycle');
  return {
    name: 'pg-boss',
    cycle: async () => {
      await boss.send('cycle', payload);
      const [job] = await boss.fetch('cycle');
      if (job === undefined) throw new Error('pg-boss had nothing to hand out');
      await boss.complete('cycle', job.id, { output: 'ok' });
    },
  };
}
