import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { EmbeddedPostgres } from '../../src/infrastructure/embedded-postgres/embedded-postgres.js';
import { startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres/embedded-postgres.js';
import { processesOf } from '../../src/infrastructure/embedded-postgres/server-processes.js';
import { eventually } from '../support/eventually.js';

interface Owner {
  readonly process: ChildProcess;
  readonly url: string;
  readonly error: string;
}

const isRoot = process.getuid?.() === 0;

describe('the embedded Postgres', () => {
  let dataDir: string;
  let owners: ChildProcess[];
  let started: EmbeddedPostgres[];
  let messages: string[];

  beforeEach(async () => {
    // Closed to everybody but the one who runs the test, as a private folder is.
    dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-embedded-'));
    owners = [];
    started = [];
    messages = [];
  });

  afterEach(async () => {
    for (const owner of owners) owner.kill('SIGKILL');
    for (const server of started) await server.stop();
    await eventually(async () => (await servers()).length === 0, { withinMs: 15_000 });
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(folder = dataDir): Promise<EmbeddedPostgres> {
    const log = (message: string): void => void messages.push(message);
    const server = await startEmbeddedPostgres({ dataDir: folder, log });
    started.push(server);
    return server;
  }

  /** Another process that owns the folder, as a gateway does. */
  async function startOwner(): Promise<Owner> {
    const program = ['--no-warnings', '--import', './tests/support/typescript-hooks.mjs'];
    const child = spawn(process.execPath, [...program, 'tests/support/embedded-postgres-owner.ts', dataDir], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    owners.push(child);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url = '', error = '' } = JSON.parse(line) as { url?: string; error?: string };
    return { process: child, url, error };
  }

  /** The processes of this folder's server, their guard included. */
  const servers = (): Promise<readonly number[]> => processesOf({ name: join(dataDir, 'postgres', 'data') });

  const postmaster = async (): Promise<number> =>
    Number.parseInt(await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);

  async function query(url: string, sql: string): Promise<unknown[]> {
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  const note = async (url: string, count: number): Promise<void> => {
    await query(url, 'create table if not exists notes (id int)');
    for (let id = 1; id <= count; id += 1) await query(url, `insert into notes values (${String(id)})`);
  };

  it('starts at the first call, keeps its data over a restart and leaves no process', async () => {
    const first = await start();
    await note(first.url, 2);
    await first.stop();
    expect(await servers()).toEqual([]);

    const second = await start();
    expect(await query(second.url, 'select id from notes order by id')).toEqual([{ id: 1 }, { id: 2 }]);
    await second.stop();
    expect(await servers()).toEqual([]);
  });

  it('loses nothing that it has confirmed when the power fails', async () => {
    const { url, stop } = await start();
    const settings = `select distinct setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes')`;
    expect(await query(url, settings)).toEqual([{ setting: 'on' }]);
    await stop();
  });

  it('keeps its files and its password to itself, and lets nobody in without it', async () => {
    const { url, stop } = await start();
    const modes = await Promise.all(
      ['postgres', 'postgres/data', 'postgres/password'].map(
        async (path) => (await stat(join(dataDir, path))).mode,
      ),
    );
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o700, 0o600]);
    expect((await stat(dataDir)).mode & 0o007).toBe(0);

    const guess = new URL(url);
    expect(guess.hostname).toBe('127.0.0.1');
    guess.password = 'postgres';
    await expect(query(guess.href, 'select 1')).rejects.toThrow('password authentication failed');
    await stop();
  });

  it('stops although somebody is connected and busy', async () => {
    const { url, stop } = await start();
    const busy = query(url, 'select pg_sleep(60)').catch(() => 'cut off');
    await eventually(async () => {
      const sleepers = await query(url, `select 1 from pg_stat_activity where query = 'select pg_sleep(60)'`);
      expect(sleepers).toHaveLength(1);
    });
    await stop();
    expect(await busy).toBe('cut off');
  });

  it('ends when its owner is killed, and the next owner finds everything', async () => {
    const owner = await startOwner();
    await note(owner.url, 20);
    owner.process.kill('SIGKILL');
    await eventually(async () => (await servers()).length === 0, { withinMs: 10_000 });

    const { url, stop } = await start();
    expect(await query(url, 'select count(*)::int as notes from notes')).toEqual([{ notes: 20 }]);
    await stop();
  });

  it('never has two servers on the same files, however soon the next owner comes', async () => {
    const owner = await startOwner();
    await note(owner.url, 20);
    const before = await postmaster();
    owner.process.kill('SIGKILL');
    await once(owner.process, 'exit');

    const { url, stop } = await start();
    expect(await query(url, 'select count(*)::int as notes from notes')).toEqual([{ notes: 20 }]);
    expect(await postmaster()).not.toBe(before);
    expect(await servers()).not.toContain(before);
    await stop();
  });

  it('stops a server that was left over with its guard killed as well, even one that hangs', async () => {
    const owner = await startOwner();
    await note(owner.url, 20);
    const left = await postmaster();
    const guards = (await servers()).filter((pid) => pid !== left);
    process.kill(left, 'SIGSTOP');
    for (const pid of guards) process.kill(pid, 'SIGKILL');
    owner.process.kill('SIGKILL');
    await once(owner.process, 'exit');

    const { url, stop } = await start();
    expect(messages.join()).toContain('left over');
    expect(await query(url, 'select count(*)::int as notes from notes')).toEqual([{ notes: 20 }]);
    expect(await servers()).not.toContain(left);
    await stop();
  });

  it('comes back when owner and server are killed together', async () => {
    const owner = await startOwner();
    await note(owner.url, 20);
    const server = await postmaster();
    owner.process.kill('SIGKILL');
    process.kill(server, 'SIGKILL');

    const { url, stop } = await eventually(() => start());
    expect(await query(url, 'select count(*)::int as notes from notes')).toEqual([{ notes: 20 }]);
    await stop();
  });

  it('is started again at the same URL when it is killed under its owner', async () => {
    const { url, stop } = await start();
    await note(url, 20);
    process.kill(await postmaster(), 'SIGKILL');
    await eventually(
      async () => {
        expect(await query(url, 'select count(*)::int as notes from notes')).toEqual([{ notes: 20 }]);
      },
      { withinMs: 15_000 },
    );
    await stop();
    expect(await servers()).toEqual([]);
  });

  it('refuses a second owner, names the first, and does not disturb it', async () => {
    const owner = await startOwner();
    await expect(start()).rejects.toThrow(`belongs to the running process ${String(owner.process.pid)}`);
    const another = await startOwner();
    expect(another.error).toContain('DATABASE_URL');
    expect(await query(owner.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('gives the folder free when its owner stops', async () => {
    const owner = await startOwner();
    owner.process.kill('SIGTERM');
    await once(owner.process, 'exit');
    const { stop } = await start();
    await stop();
  });

  it('begins anew when the first start was cut short', async () => {
    const owner = spawn(
      process.execPath,
      [
        '--no-warnings',
        '--import',
        './tests/support/typescript-hooks.mjs',
        'tests/support/embedded-postgres-owner.ts',
        dataDir,
      ],
      { stdio: 'ignore' },
    );
    owners.push(owner);
    await eventually(async () => {
      expect(await readdir(dataDir)).toContainEqual(expect.stringMatching(/^postgres\.new-/));
    });
    owner.kill('SIGKILL');
    await once(owner, 'exit');

    const { url, stop } = await start();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).filter((name) => name === 'postgres')).toHaveLength(1);
    await stop();
  });

  it('says what is wrong when the server does not start, and gives the folder free', async () => {
    await (await start()).stop();
    const version = join(dataDir, 'postgres', 'data', 'PG_VERSION');
    await rm(version);
    await expect(start()).rejects.toThrow(/did not start.*not a valid data directory/s);
    await expect(start()).rejects.toThrow('did not start');
  });

  (isRoot ? describe : describe.skip)('of root', () => {
    it('runs as another user', async () => {
      const { stop } = await start();
      const uids = await Promise.all(
        (await servers()).map(async (pid) => (await stat(`/proc/${String(pid)}`)).uid),
      );
      expect(uids).not.toHaveLength(0);
      expect(uids).not.toContain(0);
      await stop();
    });

    it('works below a folder that only root may pass, and opens it to nobody but the group root', async () => {
      const inner = join(dataDir, 'private', 'data');
      await mkdir(join(dataDir, 'private'), { mode: 0o700 });
      const { url, stop } = await start(inner);
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect((await stat(join(dataDir, 'private'))).mode & 0o777).toBe(0o710);
      expect(messages.join()).toContain(join(dataDir, 'private'));
      await stop();
    });

    it('refuses a folder below one that is closed and not its own', async () => {
      const closed = join(dataDir, 'closed');
      await mkdir(closed);
      await chmod(dataDir, 0o755);
      await chmod(closed, 0o700);
      await chown(closed, 12_345, 12_345);
      await expect(start(join(closed, 'data'))).rejects.toThrow(`cannot pass through ${closed}`);
    });
  });
});
