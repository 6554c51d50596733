import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Programs } from './embedded-programs.js';
import type { Cluster } from './postgres-cluster.js';
import { serverEnvironment } from './postgres-cluster.js';
import { endServerProcesses } from './server-processes.js';
import type { ServerUser } from './server-user.js';

/** After a crash the server reads its log again before it answers. */
const startLimitMs = 120_000;
const stopLimitMs = 20_000;

/**
 * Runs the server and stops it as soon as standard input ends, which the kernel sees to when the gateway dies.
 * Signals that a terminal or a supervisor sends to everybody must not end it before the gateway is done with it.
 */
const guard = `
trap '' INT TERM HUP
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r nothing <&3; kill -INT "$server"; } 2>/dev/null &
watch=$!
exec 3<&-
wait "$server"
code=$?
kill -KILL "$watch" 2>/dev/null
exit "$code"
`;

export interface Launch {
  readonly cluster: Cluster;
  readonly programs: Programs;
  readonly user: ServerUser;
}

export interface LaunchedServer {
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts the server on `port` and waits until it answers; throws with the end of its log when it does not. */
export async function launchServer(
  { cluster, programs, user }: Launch,
  port: number,
): Promise<LaunchedServer> {
  // A file that is left says that a server runs, to whoever got its process id; the caller knows that none does.
  await rm(join(cluster.data, 'postmaster.pid'), { force: true });
  await rename(cluster.logFile, `${cluster.logFile}.1`).catch(() => undefined);
  const log = await open(cluster.logFile, 'a', 0o600);
  const child = spawn(
    '/bin/sh',
    ['-c', guard, 'guard', programs.postgres, ...serverArguments(cluster, port)],
    {
      ...user,
      cwd: '/',
      env: serverEnvironment,
      stdio: ['pipe', log.fd, log.fd],
      detached: true,
    },
  );
  await log.close();
  child.stdin?.on('error', () => undefined);
  const ended = once(child, 'exit').catch(() => undefined);
  const stop = async (): Promise<void> => {
    child.stdin?.end();
    await Promise.race([ended, sleep(stopLimitMs, undefined, { ref: false })]);
    await endServerProcesses(cluster);
  };
  try {
    await untilItAnswers(serverUrl(cluster, port), () => child.pid === undefined || child.exitCode !== null);
  } catch (error) {
    await stop();
    const said = (await readFile(cluster.logFile, 'utf8')).trim().split('\n').slice(-5).join('\n');
    throw new Error(`The embedded Postgres did not start: ${said}`, { cause: error });
  }
  return { ended, stop };
}

export function serverUrl({ password }: Cluster, port: number): string {
  return `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`;
}

/** Durability is spelt out here because the command line has the last word over any file. */
function serverArguments({ data, name }: Cluster, port: number): readonly string[] {
  const settings = {
    cluster_name: name,
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_checkpoints: 'off',
    // Refusals are the gateway's ordinary life and it reports them; the log is for what is wrong with the server.
    log_min_messages: 'log',
  };
  return ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
}

async function untilItAnswers(url: string, hasEnded: () => boolean): Promise<void> {
  const until = performance.now() + startLimitMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (error) {
      if (hasEnded() || performance.now() > until) throw error;
      await sleep(20);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
