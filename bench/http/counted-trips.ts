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
 * while nobody else but the gateway's own loops is there. Their share of the transactions goes in rounding.
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
  let heard: string[] = [];
  monitor.on('monitor', (_time: string, [command, script]: readonly string[], source: string) => {
    if (source !== 'lua' && command?.toLowerCase() === 'evalsha') heard.push(script ?? '');
  });
  const committed = async (): Promise<number> => {
    await setTimeout(statisticsMs);
    const { rows } = await client.query<{ commits: string }>(
      'select xact_commit as commits from pg_stat_database where datname = current_database()',
    );
    return Number(rows[0]?.commits);
  };
  try {
    const before = await committed();
    // What ran while nobody asked for anything is the loops' own.
    const loops = new Set(heard);
    heard = [];
    for (let time = 0; time < times; time += 1) await work();
    const evaluations = heard.filter((script) => !loops.has(script)).length;
    return {
      evaluations: Math.round(evaluations / times),
      statements: Math.round(((await committed()) - before) / times),
    };
  } finally {
    monitor.disconnect();
    redis.disconnect();
    await client.end();
  }
}
