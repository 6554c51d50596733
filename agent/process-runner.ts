import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

export interface ProcessRequest {
  /** Absolute path of the program; it is started directly, never through a shell. */
  readonly file: string;
  readonly args: readonly string[];
  readonly timeLimitMs: number;
  /** Bytes of stdout and stderr together that are kept; a program that writes more is killed. */
  readonly outputLimitBytes: number;
  readonly signal: AbortSignal;
  /** Called with each piece of stdout or stderr as it arrives. */
  readonly onOutput?: (text: string) => void;
}

export type ProcessEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly by: 'time_limit' | 'output_limit' | 'abort' }
  | { readonly kind: 'crashed'; readonly signal: string }
  | { readonly kind: 'not_started'; readonly code: string };

export interface ProcessResult {
  readonly end: ProcessEnd;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order in which they arrived. */
  readonly output: string;
}

/** Between asking politely and SIGKILL. */
const killDelayMs = 1_500;
/** A daemon that left the group may hold the pipes open for ever; nobody waits for it. */
const pipeDelayMs = 500;

/** The agent's own environment holds its activation code, so programs get a small one of their own. */
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C',
  LC_ALL: 'C',
};

/**
 * Runs a program in a process group of its own. At the time limit, at the output limit or on abort the whole
 * group is killed; when the program ends, whatever it left behind in its group ends with it. Never rejects.
 */
export function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  if (request.signal.aborted) {
    return Promise.resolve({ end: { kind: 'killed', by: 'abort' }, stdout: '', stderr: '', output: '' });
  }
  return new Promise((resolve) => {
    const child = spawn(request.file, [...request.args], {
      detached: true,
      shell: false,
      cwd: '/',
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collected = { stdout: '', stderr: '', output: '' };
    let bytes = 0;
    let killedBy: 'time_limit' | 'output_limit' | 'abort' | null = null;
    let ended = false;
    const timers: NodeJS.Timeout[] = [];

    const stop = (reason: 'time_limit' | 'output_limit' | 'abort'): void => {
      if (killedBy !== null || ended) return;
      killedBy = reason;
      killGroup(child.pid, 'SIGTERM');
      timers.push(setTimeout(() => killGroup(child.pid, 'SIGKILL'), killDelayMs));
    };
    const onAbort = (): void => stop('abort');
    // A forced end of the agent must not leave the program behind, unwatched and without limits.
    const onExit = (): void => killGroup(child.pid, 'SIGKILL');
    const finish = (end: ProcessEnd): void => {
      if (ended) return;
      ended = true;
      timers.forEach((timer) => clearTimeout(timer));
      request.signal.removeEventListener('abort', onAbort);
      process.off('exit', onExit);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ end, ...collected });
    };
    const collect = (name: 'stdout' | 'stderr'): void => {
      const decoder = new StringDecoder('utf8');
      child[name].on('data', (chunk: Buffer) => {
        const room = request.outputLimitBytes - bytes;
        bytes += chunk.length;
        const text = decoder.write(chunk.length > room ? chunk.subarray(0, Math.max(0, room)) : chunk);
        collected[name] += text;
        collected.output += text;
        if (text !== '') request.onOutput?.(text);
        if (bytes > request.outputLimitBytes) stop('output_limit');
      });
    };
    collect('stdout');
    collect('stderr');

    child.on('error', (error) => finish({ kind: 'not_started', code: errorCode(error) }));
    child.on('exit', (code, signal) => {
      killGroup(child.pid, 'SIGKILL');
      const end = endOf(killedBy, code, signal);
      child.on('close', () => finish(end));
      timers.push(setTimeout(() => finish(end), pipeDelayMs));
    });
    timers.push(setTimeout(() => stop('time_limit'), request.timeLimitMs));
    request.signal.addEventListener('abort', onAbort);
    process.on('exit', onExit);
  });
}

function endOf(
  killedBy: 'time_limit' | 'output_limit' | 'abort' | null,
  code: number | null,
  signal: string | null,
): ProcessEnd {
  if (killedBy !== null) return { kind: 'killed', by: killedBy };
  return code === null ? { kind: 'crashed', signal: signal ?? 'unknown' } : { kind: 'exited', code };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is already empty.
  }
}

function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
