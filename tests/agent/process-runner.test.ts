import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '../../agent/process-runner.js';
import type { ProcessRequest } from '../../agent/process-runner.js';
import { installTool } from './executor-context.js';
import { temporaryDirectory } from './temporary-directory.js';
import { until } from './until.js';

describe('the process runner', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => {
    home = await temporaryDirectory();
  });
  afterEach(() => home.remove());

  const request = (changes: Partial<ProcessRequest>): ProcessRequest => ({
    ...{ file: '/bin/sh', args: [], timeLimitMs: 10_000, outputLimitBytes: 1_000 },
    signal: new AbortController().signal,
    ...changes,
  });
  const script = (text: string): Promise<string> => installTool(home.path, 'script', text);
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };
  const pidIn = async (name: string): Promise<number> =>
    await until(async () => Number(await readFile(join(home.path, name), 'utf8').catch(() => '')) || null);

  it('tells the exit code and both streams apart, in order together', async () => {
    const file = await script('echo one; echo two >&2; exit 3');
    const pieces: string[] = [];
    const result = await runProcess(request({ file, onOutput: (text) => pieces.push(text) }));
    expect(result).toMatchObject({ end: { kind: 'exited', code: 3 }, stdout: 'one\n', stderr: 'two\n' });
    expect(result.output).toHaveLength(8);
    expect(pieces.join('')).toBe(result.output);
  });

  it('passes arguments as they are, whatever a shell would make of them', async () => {
    const file = await script('printf "%s|" "$@"');
    const args = ['$(id)', '; rm -rf /', '`id`', 'a b', '*', '--', '-x'];
    expect((await runProcess(request({ file, args }))).stdout).toBe(args.map((arg) => `${arg}|`).join(''));
  });

  it("shows a program nothing of the agent's own environment", async () => {
    process.env['FIELDGATE_ACTIVATION_CODE'] = 'SECRET-CODE';
    const result = await runProcess(request({ file: '/usr/bin/env' }));
    delete process.env['FIELDGATE_ACTIVATION_CODE'];
    expect(result.stdout).not.toContain('SECRET-CODE');
    expect(result.stdout).toContain('LC_ALL=C');
  });

  it('kills the whole group at the time limit, children that ignore SIGTERM included', async () => {
    const file = await script(
      `(trap '' TERM; while :; do sleep 1; done) & echo $! > ${home.path}/child; trap '' TERM; while :; do sleep 1; done`,
    );
    const startedAt = performance.now();
    const result = await runProcess(request({ file, timeLimitMs: 300 }));
    expect(result.end).toEqual({ kind: 'killed', by: 'time_limit' });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    const child = await pidIn('child');
    await until(() => isGone(child));
  });

  it('kills a program that writes more than the limit and keeps what fits', async () => {
    const file = await script('while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done');
    const result = await runProcess(request({ file }));
    expect(result.end).toEqual({ kind: 'killed', by: 'output_limit' });
    expect(result.output).toHaveLength(1_000);
  });

  it('kills the group when it is told to stop, also when told beforehand', async () => {
    const file = await script(`sleep 60 & echo $! > ${home.path}/child; wait`);
    const stopping = new AbortController();
    const running = runProcess(request({ file, signal: stopping.signal }));
    const child = await pidIn('child');
    stopping.abort();
    expect((await running).end).toEqual({ kind: 'killed', by: 'abort' });
    await until(() => isGone(child));
    expect((await runProcess(request({ file, signal: stopping.signal }))).end).toEqual({
      kind: 'killed',
      by: 'abort',
    });
  });

  it('leaves no background process of an ended program behind', async () => {
    const file = await script(`sleep 60 & echo $! > ${home.path}/child; exit 0`);
    const result = await runProcess(request({ file }));
    expect(result.end).toEqual({ kind: 'exited', code: 0 });
    const child = await pidIn('child');
    await until(() => isGone(child));
  });

  it('does not wait for a daemon that left the group and holds the pipes', async () => {
    const file = await script(`setsid sleep 20 & echo $! > ${home.path}/child; sleep 0.3; echo ready`);
    const startedAt = performance.now();
    const result = await runProcess(request({ file }));
    expect(result.stdout).toBe('ready\n');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    process.kill(await pidIn('child'), 'SIGKILL');
  });

  it('says when a program cannot be started or is ended by a signal', async () => {
    expect((await runProcess(request({ file: '/nowhere/tool' }))).end).toEqual({
      kind: 'not_started',
      code: 'ENOENT',
    });
    const file = await script('kill -KILL $$');
    expect((await runProcess(request({ file }))).end).toEqual({ kind: 'crashed', signal: 'SIGKILL' });
  });
});
