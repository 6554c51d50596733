import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Lifecycle } from '../../src/composition/lifecycle.js';
import { freePort } from './free-port.js';

/** What is in use when everything that nobody can reach is gone. In bytes. */
export interface SettledMemory {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

export interface ServerProcess {
  readonly url: string;
  /** Processor time used so far, in milliseconds; null where the system does not tell. */
  cpuMs(): number | null;
  /** Collects garbage first. Only of a server that was started `weighed`. */
  settledMemory(): Promise<SettledMemory>;
}

export interface ServerOptions {
  /** It is going to be asked for its memory. */
  readonly weighed?: boolean;
}

/** Clock ticks of /proc are hundredths of a second on every Linux there is. */
const msPerTick = 10;
const built = new URL('../../', import.meta.url);

/** Starts a built program in a process of its own, and waits until `path` answers 200. */
export async function startServer(
  program: string,
  path: string,
  env: NodeJS.ProcessEnv,
  lifecycle: Lifecycle,
  { weighed = false }: ServerOptions = {},
): Promise<ServerProcess> {
  const port = await freePort();
  const scale = new URL('bench/services/settled-memory.js', built).href;
  const flags = weighed ? ['--expose-gc', '--import', scale] : [];
  const child = spawn(process.execPath, [...flags, fileURLToPath(new URL(program, built))], {
    env: { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'inherit', ...(weighed ? ['ipc' as const] : [])],
  });
  const gone = once(child, 'exit');
  lifecycle.opened(program, async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await gone;
  });
  const url = `http://127.0.0.1:${String(port)}`;
  const deadline = Date.now() + 30_000;
  while (!(await answers(`${url}${path}`))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${String(child.exitCode)}`);
    if (Date.now() > deadline) throw new Error(`${program} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    cpuMs: () => cpuOf(child.pid),
    settledMemory: async () => {
      if (!weighed) throw new Error(`${program} was not started to be weighed`);
      const answer = once(child, 'message');
      child.send('how much');
      const [memory] = (await answer) as [SettledMemory];
      return memory;
    },
  };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

function cpuOf(pid: number | undefined): number | null {
  try {
    const [, rest = ''] = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ');
    const [user = '', system = ''] = rest.split(' ').slice(11, 13);
    return (Number(user) + Number(system)) * msPerTick;
  } catch {
    return null;
  }
}
