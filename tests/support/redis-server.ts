import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { environment } from './environment.js';
import { eventually } from './eventually.js';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Starts it again at the same port after `stop` or `kill`; empty, unless `args` made it persistent. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL: nothing is saved, nobody is told. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** Stops it and deletes its files. */
  remove(): Promise<void>;
}

/** A private redis-server on a free port, for tests that flush, fill, kill or stop it. Saves nothing by default. */
export async function startRedisServer({
  args = [],
}: { args?: readonly string[] } = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldgate-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${String(port)}`;
  const boot = (): Running => launch(['--port', String(port), '--dir', folder, ...args]);
  let running = boot();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    running.process.kill('SIGCONT');
    running.process.kill(signal);
    await running.ended;
  };
  const server: RedisServer = {
    url,
    port,
    start: async () => {
      running = boot();
      await answers(url, running);
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause: () => void running.process.kill('SIGSTOP'),
    resume: () => void running.process.kill('SIGCONT'),
    remove: async () => {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
  await answers(url, running);
  return server;
}

type Running = ReturnType<typeof launch>;

function launch(args: readonly string[]) {
  const fixed = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no'];
  const process = spawn(environment('FIELDGATE_TEST_REDIS_SERVER'), [...fixed, ...args], { stdio: 'ignore' });
  return { process, ended: once(process, 'exit') };
}

async function answers(url: string, { process }: Running): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await eventually(async () => {
      if (process.exitCode !== null) return;
      if (redis.status !== 'ready') await redis.connect();
      await redis.ping();
    });
  } finally {
    redis.disconnect();
  }
  if (process.exitCode !== null)
    throw new Error(`redis-server ended at once with ${String(process.exitCode)}.`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return address.port;
}
