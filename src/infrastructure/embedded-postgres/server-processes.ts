import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hasErrorCode } from './error-code.js';
import type { Cluster } from './postgres-cluster.js';

/** Fast stop, stop without a checkpoint, kill: after each of them Postgres loses nothing that was committed. */
const signals = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const;
const patienceMs = 8_000;

/**
 * Ends every process of the cluster's server: left over from an owner that was killed, or from a server that was.
 * Answers how many there were. Until the last one is gone a new server could share files with them. The caller
 * holds the owner's lock; processes are known by the cluster's name, never by a number alone.
 */
export async function endServerProcesses(cluster: Cluster): Promise<number> {
  const found = await processesOf(cluster);
  for (const signal of signals) {
    if (await areGone(cluster, 0)) return found.length;
    const running = await processesOf(cluster);
    const postmaster = await postmasterOf(cluster);
    // The postmaster ends its children in order; without one they must be told themselves.
    const targets = postmaster !== null && running.includes(postmaster) ? [postmaster] : running;
    for (const pid of targets) send(pid, signal);
    for (const pid of targets) send(pid, 'SIGCONT');
    if (await areGone(cluster, patienceMs)) return found.length;
  }
  throw new Error(
    `A Postgres that was left over on ${cluster.data} does not end. End it by hand and start again.`,
  );
}

async function areGone(cluster: Cluster, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    if ((await processesOf(cluster)).length === 0) return true;
    if (performance.now() >= until) return false;
    await sleep(20);
  }
}

async function postmasterOf({ data }: Cluster): Promise<number | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n', 1)[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/** The ids of the processes that bear the cluster's name in their command lines. */
export async function processesOf({ name }: Pick<Cluster, 'name'>): Promise<readonly number[]> {
  const lines = process.platform === 'linux' ? await linuxCommandLines() : await otherCommandLines();
  return lines.filter(({ command }) => command.includes(name)).map(({ pid }) => pid);
}

interface CommandLine {
  readonly pid: number;
  readonly command: string;
}

/** Without `ps`, which small images lack. */
async function linuxCommandLines(): Promise<readonly CommandLine[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => Number.isInteger(pid));
  return Promise.all(
    // A process may end between the two calls.
    pids.map(async (pid) => ({
      pid,
      command: await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => ''),
    })),
  );
}

async function otherCommandLines(): Promise<readonly CommandLine[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,command='], {
    maxBuffer: 2 ** 24,
  });
  return stdout.split('\n').map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone meanwhile is what was wanted.
    if (!hasErrorCode(error, 'ESRCH')) throw error;
  }
}
