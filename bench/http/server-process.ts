import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Lifecycle } from '../../src/composition/lifecycle.js';
import { freePort } from '../services/free-port.js';

export interface ServerProcess {
  readonly url: string;
  /** Processor time used so far, in milliseconds; null where the system does not tell. */
  cpuMs(): number | null;
}

/** Clock ticks of /proc are hundredths of a second on every Linux there is. */
const msPerTick = 10;

/** Starts a built program, named from here, in a process of its own, and waits until `path` answers 200. */
export async function startServer(
  program: string,
  path: string,
  env: NodeJS.ProcessEnv,
  lifecycle: Lifecycle,
): Promise<ServerProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url))], {
    env: { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'inherit'],
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
  return { url, cpuMs: () => cpuOf(child.pid) };
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
