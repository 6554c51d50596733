import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';

/** Round trips that somebody waits for, one after the other. */
export interface Trips {
  readonly evaluations: number;
  readonly statements: number;
}

/** For so long a connection may keep to itself what it has committed. */
const statisticsMs = 11_000;

/**
 * Scripts run by Redis and transactions committed by Postgres for one call of `work`, which is called `times` times
 * while nobody else but the gateway's own loops is there. Their share is small and goes in rounding.
 */
export async function countTrips(
  stores: { readonly redisUrl: string; readonly databaseUrl: string },
  times: number,
  work: () => Promise<void>,
): Promise<Trips> {
  const redis = new Redis(stores.redisUrl);
  const client = new Client({ connectionString: stores.databaseUrl });
  await client.connect();
  const monitor = await redis.monitor();
  let evaluations = 0;
  monitor.on('monitor', (_time: string, [command]: readonly string[], source: string) => {
    if (source !== 'lua' && command?.toLowerCase() === 'evalsha') evaluations += 1;
  });
  const committed = async (): Promise<number> => {
    await setTimeout(statisticsMs);
    const { rows } = await client.query<{ commits: string }>(
      'select xact_commit as commits from pg_stat_database where datname = current_database()',
    );
    return Number(rows[0]?.commits);
  };
  try {
    const idle = await during(
      () => evaluations,
      () => setTimeout(2_000),
    );
    const before = await committed();
    const busy = await during(
      () => evaluations,
      async () => {
        for (let time = 0; time < times; time += 1) await work();
      },
    );
    const own = busy.count - (idle.count / idle.ms) * busy.ms;
    return {
      evaluations: Math.round(own / times),
      statements: Math.round(((await committed()) - before) / times),
    };
  } finally {
    monitor.disconnect();
    redis.disconnect();
    await client.end();
  }
}

async function during(
  counter: () => number,
  work: () => Promise<unknown>,
): Promise<{ readonly count: number; readonly ms: number }> {
  const [before, begun] = [counter(), performance.now()];
  await work();
  return { count: counter() - before, ms: performance.now() - begun };
}
