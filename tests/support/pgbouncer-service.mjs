import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ensureProgram, freePort, launch, unprivileged } from './programs.mjs';

/** PgBouncer in transaction mode before all databases of a server, at most two server connections for each. */
export async function startPgBouncer(postgresUrl) {
  const program = ensureProgram('pgbouncer', 'pgbouncer');
  const user = unprivileged();
  const { host, port, user: role, password } = new pg.Client(postgresUrl);
  const server = [`host=${quoted(host)}`, `port=${port}`, `user=${quoted(role)}`];
  if (password) server.push(`password=${quoted(password)}`);

  const listenPort = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-pgbouncer-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const file = join(folder, 'pgbouncer.ini');
  const lines = [
    '[databases]',
    `* = ${server.join(' ')}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${listenPort}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 2',
    'max_client_conn = 500',
    'server_tls_sslmode = prefer',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  if (user.uid !== undefined) for (const path of [folder, file]) chownSync(path, user.uid, user.gid);

  try {
    const stop = await launch(program, ['-q', file], {
      user,
      answers: () => accepts(listenPort),
      stopSignal: 'SIGTERM',
    });
    return {
      url: `postgres://fieldgate@127.0.0.1:${listenPort}/postgres`,
      stop: () => stop().finally(remove),
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function accepts(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

function quoted(value) {
  return `'${value.replaceAll("'", "''")}'`;
}
