import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What the demo has started, and ends again. */
export class ChildProcesses {
  readonly #children: ChildProcess[] = [];
  readonly #logFolder: string;
  #ending = false;

  constructor(logFolder: string) {
    this.#logFolder = logFolder;
  }

  /** Starts one of the built programs, such as `src/main.js`; its output goes to a file of its own. */
  start(name: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    const log = createWriteStream(join(this.#logFolder, `${name}.log`));
    const child = spawn(process.execPath, [join(built, program), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C reaches the demo alone, which then ends everything in order.
      detached: true,
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('exit', (code) => {
      if (!this.#ending)
        process.stderr.write(`\n${name} ended unexpectedly (${String(code)}); see ${String(log.path)}\n`);
    });
    this.#children.push(child);
    return child;
  }

  /** Runs one of the built programs to its end and gives its standard output. */
  async run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    const child = spawn(process.execPath, [join(built, program), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${errors}${output}`);
    return output;
  }

  /** Ends everything in reverse order; what does not go in ten seconds is killed. */
  async end(): Promise<void> {
    this.#ending = true;
    const [gateway, ...agents] = this.#children;
    await Promise.all(agents.map(stop));
    if (gateway !== undefined) await stop(gateway);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}
