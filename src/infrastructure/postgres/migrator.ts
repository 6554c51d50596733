import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pool, PoolClient } from 'pg';

/** The database went through migrations that this code does not have: running on it could only damage it. */
export class DatabaseNewerThanCodeError extends Error {
  override readonly name = 'DatabaseNewerThanCodeError';
  readonly versions: readonly string[];

  constructor(versions: readonly string[]) {
    super(
      `The database has migrations that this version does not know: ${versions.join(', ')}. ` +
        'Start the version that made them, or a later one.',
    );
    this.versions = versions;
  }
}

interface Migration {
  readonly version: string;
  readonly name: string;
  readonly file: string;
}

/**
 * Brings the database up to the migrations in `folder` and returns the names of the files that it applied.
 * The history is the Supabase CLI's own table, so that either of the two may apply the next file.
 *
 * Every file has a transaction of its own, as with the CLI: a file may use what an earlier one added (a new enum
 * value, for one), and what was applied stays when a later file fails. The lock is held by that transaction and
 * not by the session, so that it holds through a transaction-mode pooler too; of several processes at once each
 * file is applied by one, and all of them return when the database is up to date.
 *
 * Throws DatabaseNewerThanCodeError, or an Error that names the file that failed. A file cannot hold what
 * Postgres refuses inside a transaction, nor begin or end one itself.
 */
export async function applyMigrations(pool: Pool, folder: string): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const client = await pool.connect();
  // Without a listener a connection that is lost between two statements would end the process.
  client.on('error', ignoreLostConnection);
  const applied: string[] = [];
  try {
    for (;;) {
      const file = await applyNext(client, migrations, folder);
      if (file === null) return { applied };
      applied.push(file);
    }
  } finally {
    client.off('error', ignoreLostConnection);
    client.release();
  }
}

/** `supabase/migrations` of this package, the same from the sources and from the built code. */
export function migrationsFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'supabase', 'migrations');
    if (folder === dirname(folder))
      throw new Error('The migrations were not found: no package.json above the code.');
  }
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  const migrations = files.map((file) => {
    const [, version, name] = /^(\d{14})_(.+)\.sql$/.exec(file) ?? [];
    if (version === undefined || name === undefined) {
      throw new Error(`${join(folder, file)} is not named <14 digits>_<name>.sql.`);
    }
    return { version, name, file };
  });
  // A package without its migrations must not pass for a database that is up to date.
  if (migrations.length === 0) throw new Error(`There are no migrations in ${folder}.`);
  for (const [index, { version, file }] of migrations.entries()) {
    const before = migrations[index - 1];
    if (before?.version === version) throw new Error(`${before.file} and ${file} have the same version.`);
  }
  return migrations;
}

async function applyNext(
  client: PoolClient,
  migrations: readonly Migration[],
  folder: string,
): Promise<string | null> {
  await client.query('begin');
  try {
    // The pool's limits are made for requests; a migration of much data takes the time it takes.
    await client.query('set local statement_timeout = 0');
    await client.query(`select pg_advisory_xact_lock(hashtextextended('fieldgate migrations', 0))`);
    const versions = await historyOf(client);
    const known = new Set(migrations.map(({ version }) => version));
    const unknown = versions.filter((version) => !known.has(version));
    if (unknown.length > 0) throw new DatabaseNewerThanCodeError(unknown);
    const next = migrations.find(({ version }) => !versions.includes(version));
    if (next !== undefined) await apply(client, next, folder);
    await client.query('commit');
    return next?.file ?? null;
  } catch (error) {
    // A rollback that fails means a lost connection, and then Postgres rolls back by itself.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function historyOf(client: PoolClient): Promise<readonly string[]> {
  // Looked up first: `create schema if not exists` asks for a right that a later run does not need.
  const found = await client.query<{ missing: boolean }>(
    `select to_regclass('supabase_migrations.schema_migrations') is null as missing`,
  );
  if (found.rows[0]?.missing === true) {
    await client.query('create schema if not exists supabase_migrations');
    await client.query(
      `create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text)`,
    );
  }
  const { rows } = await client.query<{ version: string }>(
    'select version from supabase_migrations.schema_migrations order by version',
  );
  return rows.map(({ version }) => version);
}

async function apply(client: PoolClient, { version, name, file }: Migration, folder: string): Promise<void> {
  const sql = await readFile(join(folder, file), 'utf8');
  try {
    await client.query(sql);
    // A dump sets the search path of its session, which belongs to the next user too.
    await client.query('reset all');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Migration ${file} failed and was rolled back: ${reason}`, { cause: error });
  }
  await client.query(
    'insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, $2, $3)',
    [version, [sql], name],
  );
}

function ignoreLostConnection(): void {
  // The statement under way fails with the same error and reports it.
}
