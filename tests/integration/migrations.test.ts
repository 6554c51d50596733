import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  applyMigrations,
  DatabaseNewerThanCodeError,
  migrationsFolder,
} from '../../src/infrastructure/postgres/migrator.js';
import type { TestDatabase } from '../support/postgres.js';
import { createEmptyDatabase } from '../support/postgres.js';

const first = '20260101000000_first.sql';
const second = '20260102000000_second.sql';

describe.each(['url', 'pooledUrl'] as const)('migrations through %s', (way) => {
  let database: TestDatabase;
  let pools: pg.Pool[];
  let folder: string;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    pools = [];
    folder = await mkdtemp(join(tmpdir(), 'fieldgate-migrations-'));
    await write(first, 'create table notes (id int); insert into notes values (1);');
    await write(second, 'alter table notes add column body text; insert into notes values (2);');
  });

  afterEach(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const write = (file: string, sql: string): Promise<void> => writeFile(join(folder, file), sql);

  function open(): pg.Pool {
    const pool = new pg.Pool({ connectionString: database[way], max: 2 });
    pool.on('error', () => undefined);
    pools.push(pool);
    return pool;
  }

  async function rows(sql: string): Promise<unknown[]> {
    const { rows: found } = await open().query<Record<string, unknown>>(sql);
    return found;
  }

  const history = (): Promise<unknown[]> =>
    rows('select version, statements, name from supabase_migrations.schema_migrations order by version');

  it('applies every file in the order of the versions and notes it in the history', async () => {
    expect(await applyMigrations(open(), folder)).toEqual({ applied: [first, second] });
    expect(await rows('select id from notes order by id')).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await history()).toEqual([
      {
        version: '20260101000000',
        statements: ['create table notes (id int); insert into notes values (1);'],
        name: 'first',
      },
      expect.objectContaining({ version: '20260102000000', name: 'second' }),
    ]);
  });

  it('changes nothing when it runs twice', async () => {
    await applyMigrations(open(), folder);
    const before = await history();
    expect(await applyMigrations(open(), folder)).toEqual({ applied: [] });
    expect(await history()).toEqual(before);
    expect(await rows('select count(*)::int as notes from notes')).toEqual([{ notes: 2 }]);
  });

  it('goes on from a history that the Supabase CLI has begun', async () => {
    await rows('create schema supabase_migrations');
    await rows(
      'create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text, created_by text)',
    );
    await rows('create table notes (id int)');
    await rows(
      `insert into supabase_migrations.schema_migrations values ('20260101000000', '{}', 'first', null)`,
    );
    expect(await applyMigrations(open(), folder)).toEqual({ applied: [second] });
  });

  it('lets several processes start at once and applies each file once', async () => {
    await write(first, 'select pg_sleep(0.2); create table notes (id int);');
    const answers = await Promise.all([1, 2, 3].map(() => applyMigrations(open(), folder)));
    expect(answers.flatMap(({ applied }) => applied).sort()).toEqual([first, second]);
    expect(await rows('select count(*)::int as notes from notes')).toEqual([{ notes: 1 }]);
  });

  it('rolls a failing file back whole, names it, and keeps what was applied before it', async () => {
    await write(second, 'insert into notes values (2); select no_such_function();');
    await expect(applyMigrations(open(), folder)).rejects.toThrow(
      /20260102000000_second\.sql .*no_such_function/,
    );
    expect(await rows('select id from notes')).toEqual([{ id: 1 }]);

    await write(second, 'insert into notes values (3);');
    expect(await applyMigrations(open(), folder)).toEqual({ applied: [second] });
  });

  it('refuses a database that is newer than the code and changes nothing', async () => {
    const third = '20260103000000_third.sql';
    await write(third, 'select 1;');
    await applyMigrations(open(), folder);
    await rm(join(folder, third));
    await write('20260102500000_between.sql', 'drop table notes;');

    const refusal = await applyMigrations(open(), folder).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DatabaseNewerThanCodeError);
    expect(refusal).toMatchObject({ versions: ['20260103000000'] });
    expect(String(refusal)).toContain('20260103000000');
    expect(await rows('select count(*)::int as notes from notes')).toEqual([{ notes: 2 }]);
  });

  it('does not hand settings that a migration made to the next user of the connection', async () => {
    await write(second, `select set_config('search_path', '', false);`);
    const pool = open();
    await applyMigrations(pool, folder);
    const { rows: notes } = await pool.query('select id from notes');
    expect(notes).toEqual([{ id: 1 }]);
  });

  it('is not ended by the time limit that requests have', async () => {
    await write(first, 'select pg_sleep(0.3); create table notes (id int);');
    await rows(
      `do $$ begin execute format('alter database %I set statement_timeout = 100', current_database()); end $$`,
    );
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    expect((await applyMigrations(open(), folder)).applied).toHaveLength(2);
  });

  it.each([
    ['notes.sql', 'is not named'],
    ['20260101000000_again.sql', 'have the same version'],
  ])('refuses a folder with %s before it touches the database', async (file, message) => {
    await write(file, 'select 1;');
    await expect(applyMigrations(open(), folder)).rejects.toThrow(message);
    expect(await rows(`select to_regclass('notes') as notes`)).toEqual([{ notes: null }]);
  });

  it('refuses a folder without migrations', async () => {
    await Promise.all([first, second].map((file) => rm(join(folder, file))));
    await expect(applyMigrations(open(), folder)).rejects.toThrow('There are no migrations');
  });
});

describe('the migrations of this package', () => {
  it('apply to an empty database, and only once', async () => {
    const database = await createEmptyDatabase();
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    // Its connection may still be there when the database goes.
    pool.on('error', () => undefined);
    try {
      expect((await applyMigrations(pool, migrationsFolder())).applied.length).toBeGreaterThan(0);
      expect(await applyMigrations(pool, migrationsFolder())).toEqual({ applied: [] });
    } finally {
      await pool.end();
      await database.drop();
    }
  });
});
