import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** The agent as JavaScript, made from the sources as they are now, where Node finds its packages. */
export async function buildAgent(): Promise<{ main: string; remove: () => Promise<void> }> {
  const root = resolve('node_modules', '.cache', `fieldgate-agent-${process.pid}`);
  const sources = (await readdir('agent', { recursive: true })).filter((name) => name.endsWith('.ts'));
  for (const name of sources) {
    const target = join(root, name.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, stripTypeScriptTypes(await readFile(join('agent', name), 'utf8')));
  }
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  return { main: join(root, 'main.js'), remove: () => rm(root, { recursive: true, force: true }) };
}

export interface AgentProcess {
  readonly child: ChildProcess;
  /** Everything it has written so far. */
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

export function spawnAgent(
  main: string,
  args: readonly string[],
  env: Record<string, string> = {},
): AgentProcess {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((done) => child.on('close', done));
  return { child, output: () => output, exited };
}
