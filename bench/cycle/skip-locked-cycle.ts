import { Pool } from 'pg';
import type { Bench } from '../bench.js';
import { payload } from '../fleet.js';
import type { Contender } from '../rounds.js';

const schema = `
  create table jobs (
    id bigint generated always as identity primary key,
    payload json not null,
    state text not null default 'ready',
    lease_until timestamptz,
    result text
  );
  create index jobs_ready on jobs (id) where state = 'ready'`;

const statements = {
  insert: 'insert into jobs (payload) values ($1)',
  claim: `update jobs set state = 'claimed', lease_until = now() + interval '1 minute'
    where id = (select id from jobs where state = 'ready' order by id for update skip locked limit 1)
    returning id, payload`,
  complete: `update jobs set state = 'done', result = $2 where id = $1 and state = 'claimed'`,
} as const;

/** What everybody writes by hand first: three prepared statements, each its own commit, over a pool. */
export async function skipLockedCycle(bench: Bench): Promise<Contender> {
  const pool = new Pool({
    connectionString: await bench.postgres.database('skip_locked', bench.lifecycle),
    max: 12,
  });
  pool.on('error', () => undefined);
  bench.lifecycle.opened('SKIP LOCKED', () => pool.end());
  await pool.query(schema);
  const text = JSON.stringify(payload);
  return {
    name: 'SKIP LOCKED',
    cycle: async () => {
      await pool.query({ name: 'insert', text: statements.insert, values: [text] });
      const { rows } = await pool.query<{ id: string }>({ name: 'claim', text: statements.claim });
      const [job] = rows;
      if (job === undefined) throw new Error('nothing was left to claim');
      await pool.query({ name: 'complete', text: statements.complete, values: [job.id, 'ok'] });
    },
  };
}
