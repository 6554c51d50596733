import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Lifecycle } from '../../src/composition/lifecycle.js';
import { startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres/embedded-postgres.js';

export interface PostgresServer {
  /** A new, empty database on the server that all share. It is dropped when the lifecycle ends. */
  database(name: string, lifecycle: Lifecycle): Promise<string>;
  readonly facts: string;
}

/** The server of DATABASE_URL, else one at the standard port that lets us in, else an embedded one. */
export async function openPostgres(lifecycle: Lifecycle): Promise<PostgresServer> {
  const url = (await firstThatAnswers(candidates())) ?? (await startPrivate(lifecycle));
  const shown = ['server_version', 'synchronous_commit', 'fsync', 'shared_buffers'];
  const settings = await onServer(url, async (client) => {
    const { rows } = await client.query<{ name: string; setting: string }>(
      'select name, setting from pg_settings where name = any($1)',
      [shown],
    );
    return new Map(rows.map(({ name, setting }) => [name, setting]));
  });
  const setting = (name: string): string => settings.get(name) ?? '?';
  return {
    facts: `PostgreSQL ${setting('server_version')}, fsync ${setting('fsync')}, synchronous_commit on`,
    database: async (name, owner) => {
      const full = `fieldgate_bench_${String(process.pid)}_${name}`;
      await onServer(url, async (client) => {
        await client.query(`create database ${full}`);
        // Whatever the server's own setting is: an answer means that it is on disk, for everybody here.
        await client.query(`alter database ${full} set synchronous_commit = on`);
      });
      owner.opened(`database ${full}`, () =>
        onServer(url, (client) => client.query(`drop database if exists ${full} with (force)`)).then(
          () => undefined,
        ),
      );
      const database = new URL(url);
      database.pathname = `/${full}`;
      return database.href;
    },
  };
}

function candidates(): readonly string[] {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') return [given];
  return [
    'postgres://postgres@127.0.0.1:5432/postgres',
    'postgres://postgres:postgres@127.0.0.1:5432/postgres',
    `postgres://${userInfo().username}@127.0.0.1:5432/postgres`,
  ];
}

async function firstThatAnswers(urls: readonly string[]): Promise<string | null> {
  for (const url of urls) {
    const may = await onServer(url, async (client) => {
      const { rows } = await client.query<{ may: boolean }>(
        'select rolcreatedb or rolsuper as may from pg_roles where rolname = current_user',
      );
      return rows[0]?.may === true;
    }).catch(() => false);
    if (may) return url;
  }
  return null;
}

async function onServer<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function startPrivate(lifecycle: Lifecycle): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldgate-bench-postgres-'));
  // The server does not run as root, and has to reach its files.
  await chmod(folder, 0o711);
  lifecycle.opened('folder', () => rm(folder, { recursive: true, force: true }));
  const embedded = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), log: () => undefined });
  lifecycle.opened('embedded Postgres', () => embedded.stop());
  return embedded.url;
}
