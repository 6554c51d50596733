import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

export interface OwnProcessOptions {
  readonly args: readonly string[];
  readonly log: string;
  readonly user?: ServerUser;
  readonly env?: NodeJS.ProcessEnv;
}

/** On a machine that is busy with much else. */
const startsWithinMs = 120_000;

const exitCleanups = new Set<ChildProcess>();
// Whatever ends this process, no server outlives it.
process.on('exit', () => {
  for (const child of exitCleanups) signalTree(child, 'SIGKILL');
});

/** A server that this run started: in a process group of its own, so that a Ctrl-C reaches the run first. */
export class OwnProcess {
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly ended: Promise<void>;

  constructor(program: string, { args, log, user = {}, env }: OwnProcessOptions) {
    const output = openSync(log, 'a');
    this.#log = log;
    this.#child = spawn(program, args, {
      ...user,
      cwd: '/',
      stdio: ['ignore', output, output],
      detached: true,
      ...(env !== undefined && { env }),
    });
    closeSync(output);
    exitCleanups.add(this.#child);
    this.ended = once(this.#child, 'exit').then(
      () => void exitCleanups.delete(this.#child),
      () => void exitCleanups.delete(this.#child),
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined;
  }

  /** Waits until `answers` resolves; throws with what the server said when it ends before, or takes too long. */
  async until(answers: () => Promise<unknown>, withinMs = startsWithinMs): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      try {
        await answers();
        return;
      } catch (error) {
        if (!this.running || performance.now() > deadline) {
          throw new Error(`${this.#child.spawnfile} did not start: ${this.said()}`, { cause: error });
        }
      }
      await sleep(25);
    }
  }

  said(): string {
    return readFileSync(this.#log, 'utf8').slice(-2_000);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM', withinMs = 15_000): Promise<void> {
    if (!this.running) return;
    this.#child.kill(signal);
    const gone = await Promise.race([this.ended.then(() => true), sleep(withinMs, false, { ref: false })]);
    if (!gone) await this.kill();
  }

  /** SIGKILL for it and its children, at once. */
  async kill(): Promise<void> {
    if (!this.running) return;
    signalTree(this.#child, 'SIGKILL');
    await this.ended;
  }
}

/** Children may lead process groups of their own, as those of Postgres do: they are asked of the kernel. */
function signalTree(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  const children = childrenOf(child.pid);
  for (const pid of [child.pid, ...children]) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
    return text
      .trim()
      .split(' ')
      .filter((part) => part !== '')
      .map(Number);
  } catch {
    return [];
  }
}
