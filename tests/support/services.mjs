import { randomBytes } from 'node:crypto';
import pg from 'pg';
// Node strips the types of this one file, so that the tests need no build.
import { applyMigrations, migrationsFolder } from '../../src/infrastructure/postgres/migrator.ts';
import { ensureBrowser } from './programs.mjs';
import { startPgBouncer } from './pgbouncer-service.mjs';
import { providePostgres } from './postgres-service.mjs';
import { deleteKeys, provideRedis } from './redis-service.mjs';

/**
 * Finds or starts what the tests run on, and makes the template that every test database is cloned from.
 * `environment` tells the tests; `stop` drops and deletes what the run made and ends what was started here.
 */
export async function startServices() {
  const run = `fieldgate_test_${randomBytes(4).toString('hex')}`;
  const undo = [];
  const stop = once(async () => {
    // Newest first, and all of them even when one fails.
    for (const step of undo.reverse()) await step().catch((error) => console.error(error));
  });
  stopOnSignals(stop);
  try {
    const prefix = `${run}:`;
    const redis = await provideRedis();
    undo.push(redis.stop, () => deleteKeys(redis.url, prefix));
    const postgres = await providePostgres();
    undo.push(postgres.stop);
    const admin = await openRun(postgres.url, run);
    undo.push(async () => {
      await dropDatabases(admin, run);
      await admin.end();
    });
    const pgbouncer = await startPgBouncer(postgres.url);
    undo.push(pgbouncer.stop);
    await makeTemplate(admin, postgres.url, run);
    const environment = {
      FIELDGATE_TEST_POSTGRES_URL: postgres.url,
      FIELDGATE_TEST_PGBOUNCER_URL: pgbouncer.url,
      FIELDGATE_TEST_TEMPLATE: run,
      FIELDGATE_TEST_REDIS_URL: redis.url,
      FIELDGATE_TEST_REDIS_SERVER: redis.program,
      FIELDGATE_TEST_PREFIX: prefix,
      FIELDGATE_TEST_CHROMIUM: ensureBrowser(),
    };
    return { environment, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A connection that bears the run's name while it lasts; databases of runs that have none are left over. */
async function openRun(url, run) {
  const admin = new pg.Client({ connectionString: url, application_name: run });
  admin.on('error', () => undefined);
  await admin.connect();
  const { rows } = await admin.query(
    `select distinct substring(datname from '^fieldgate_test_[0-9a-f]{8}') as run from pg_database
     where datname ~ '^fieldgate_test_[0-9a-f]{8}' and pg_get_userbyid(datdba) = current_user
     except select application_name from pg_stat_activity`,
  );
  for (const leftOver of rows) await dropDatabases(admin, leftOver.run);
  return admin;
}

async function dropDatabases(admin, run) {
  const { rows } = await admin.query('select datname from pg_database where starts_with(datname, $1)', [run]);
  for (const { datname } of rows) await admin.query(`drop database if exists "${datname}" with (force)`);
}

async function makeTemplate(admin, url, run) {
  await admin.query(`create database "${run}" template template0`);
  const template = new URL(url);
  template.pathname = `/${run}`;
  const pool = new pg.Pool({ connectionString: template.href, max: 1 });
  try {
    await applyMigrations(pool, migrationsFolder());
  } finally {
    await pool.end();
  }
  // A template that somebody is connected to cannot be cloned.
  await admin.query(`alter database "${run}" with allow_connections false`);
}

function stopOnSignals(stop) {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.once(signal, () => void stop().finally(() => process.exit(code)));
  }
}

function once(work) {
  let done;
  return () => (done ??= work());
}
