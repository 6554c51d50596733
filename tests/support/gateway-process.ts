import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';

/** The built code: `npm test` builds it first. */
export const builtFolder = join(import.meta.dirname, '..', '..', 'dist');

export const testAdmin = { email: 'admin@test.example', password: 'correct-horse-battery-staple' } as const;

export interface GatewayProcess {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Everything it has written so far. */
  output(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | string>;
  /** SIGKILL. */
  kill(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

export interface GatewayProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Kept by the caller; otherwise made, and removed when the process has ended. */
  readonly dataDir?: string;
  /** Another program than the gateway itself, with its arguments. */
  readonly program?: readonly string[];
  readonly port?: number;
}

/** Starts a gateway as a process of its own and waits until it is ready. */
export async function startGatewayProcess(options: GatewayProcessOptions = {}): Promise<GatewayProcess> {
  const port = options.port ?? (await freePort());
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'fieldgate-gateway-')));
  const program = options.program ?? [join(builtFolder, 'src', 'main.js')];
  const child = spawn(process.execPath, ['--enable-source-maps', ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: dataDir,
      BOOTSTRAP_ADMIN_EMAIL: testAdmin.email,
      BOOTSTRAP_ADMIN_PASSWORD: testAdmin.password,
      RATE_SIGN_IN_PER_ADDRESS: '10000',
      SHUTDOWN_NOTICE_MS: '0',
      ...options.env,
    },
  });
  const written: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  const ended = once(child, 'close').then(async ([code, signal]: (number | string | null)[]) => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    return code ?? signal ?? 'unknown';
  });
  const url = `http://127.0.0.1:${String(port)}`;
  const output = (): string => written.join('');
  await eventually(
    async () => {
      if (child.exitCode !== null) return;
      const { ok } = await fetch(`${url}/readyz`);
      if (!ok) throw new Error(`not ready: ${output()}`);
    },
    { withinMs: 20_000, everyMs: 50 },
  );
  if (child.exitCode !== null) throw new Error(`the gateway ended at once: ${output()}`);
  return {
    url,
    dataDir,
    pid: child.pid ?? 0,
    ended,
    output,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    signal: (signal) => void child.kill(signal),
  };
}

/** Runs the operator's command line to its end and parses its answer. */
export async function runCli(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{
  readonly code: number;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly errors: string;
}> {
  const child = spawn(process.execPath, [join(builtFolder, 'src', 'cli.js'), '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  const answer = output === '' ? {} : (JSON.parse(output) as Record<string, unknown>);
  return { code, answer, errors };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return address.port;
}
