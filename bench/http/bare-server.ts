import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { Pool } from 'pg';

/**
 * The measure: routes that do nothing but wait for as many round trips as the gateway's do, one after the other.
 * The last trip to Postgres of a route writes a row, and its commit is on disk before the answer.
 */
const redis = new Redis(process.env['REDIS_URL'] ?? '');
const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const app = Fastify();

const script = `return redis.call('GET', KEYS[1])`;
const sha = createHash('sha1').update(script).digest('hex');
const key = process.env['BARE_KEY'] ?? '';
const rows = 1_000;
const filling = 'x'.repeat(1_000);

interface Trips {
  readonly evaluations: number;
  readonly statements: number;
}

app.get('/ready', async () => redis.ping());
app.post<{ Body: Trips }>('/trips', async ({ body: { evaluations, statements } }) => {
  for (let trip = 0; trip < evaluations; trip += 1) await redis.evalsha(sha, 1, key);
  const values = [Math.floor(Math.random() * rows)];
  for (let trip = 1; trip < statements; trip += 1) {
    await pool.query({ name: 'read', text: 'select filling from bare where id = $1', values });
  }
  if (statements > 0) {
    await pool.query({ name: 'write', text: 'update bare set changes = changes + 1 where id = $1', values });
  }
  return statements > 0 ? { commands: [filling] } : { commands: [] };
});

await redis.set(key, 'x');
await redis.script('LOAD', script);
await pool.query(
  'create table bare (id integer primary key, changes integer not null, filling text not null)',
);
await pool.query('insert into bare select n, 0, $1 from generate_series(0, $2::int - 1) n', [filling, rows]);
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
process.once('SIGTERM', () => {
  redis.disconnect();
  process.exit(0);
});
