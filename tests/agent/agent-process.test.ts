import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAgent, spawnAgent } from './built-agent.js';
import type { AgentProcess } from './built-agent.js';
import { installTool } from './executor-context.js';
import { StandInGateway } from './stand-in-gateway.js';
import { temporaryDirectory } from './temporary-directory.js';
import { until } from './until.js';

let built: Awaited<ReturnType<typeof buildAgent>>;
let home: Awaited<ReturnType<typeof temporaryDirectory>>;
let gateway: StandInGateway;
let url: URL;
const spawned: AgentProcess[] = [];

beforeAll(async () => {
  built = await buildAgent();
});
afterAll(() => built.remove());
beforeEach(async () => {
  home = await temporaryDirectory();
  gateway = new StandInGateway();
  url = await gateway.start();
});
afterEach(async () => {
  for (const { child } of spawned.splice(0)) child.kill('SIGKILL');
  await gateway.stop();
  await home.remove();
});

function run(args: readonly string[], env: Record<string, string> = {}): AgentProcess {
  const agent = spawnAgent(built.main, args, env);
  spawned.push(agent);
  return agent;
}
const usual = (): string[] => [
  ...['--url', url.href, '--device-id', 'device-1', '--data-dir', join(home.path, 'data')],
  ...['--activation-code', 'GOOD-CODE'],
];
const runs = async (): Promise<number> =>
  (await readFile(join(home.path, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;
async function withScript(script: string): Promise<string[]> {
  const path = await installTool(home.path, 'work', `echo run >> ${home.path}/runs; ${script}`);
  const config = join(home.path, 'allow.json');
  await writeFile(config, JSON.stringify({ scripts: { work: { path } } }));
  return [...usual(), '--config', config];
}
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
const work = { type: 'run_script', parameters: { script: 'work' } };

describe('the agent process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with 0 on %s, signed out, after a running command',
    async (signal) => {
      const agent = run(await withScript('sleep 0.5; echo done'));
      gateway.offer({ id: 'c-1', ...work });
      await until(async () => (await runs()) === 1);
      agent.child.kill(signal);
      expect(await agent.exited).toBe(0);
      expect(gateway.results.get('c-1')).toMatchObject({ status: 'succeeded', output: 'done\n' });
      expect(gateway.received.at(-1)).toMatchObject({ method: 'DELETE', path: '/auth' });
      expect(agent.output()).toContain('agent stopped');
    },
  );

  it('ends with 1 at once on a second signal and leaves no program behind', async () => {
    const agent = run(await withScript(`echo $$ > ${home.path}/pid; sleep 60`));
    gateway.offer({ id: 'c-1', ...work });
    await until(async () => (await runs()) === 1);
    agent.child.kill('SIGINT');
    agent.child.kill('SIGINT');
    await until(() => agent.output().includes('stopping, commands may finish'));
    expect(agent.child.exitCode).toBeNull();
    await until(() => {
      agent.child.kill('SIGTERM');
      return agent.child.exitCode !== null;
    });
    expect(await agent.exited).toBe(1);
    const pid = Number(await readFile(join(home.path, 'pid'), 'utf8'));
    await until(() => isGone(pid));
  });

  it('does not run a command again after it was killed in the middle of it', async () => {
    const args = await withScript('sleep 3');
    const first = run(args);
    gateway.offer({ id: 'c-1', ...work });
    await until(async () => (await runs()) === 1);
    first.child.kill('SIGKILL');
    await first.exited;
    gateway.offer({ id: 'c-1', ...work });
    run(args);
    await until(() => gateway.results.get('c-1'));
    // The first report tells what happened; the offer of the same command may already have brought a second one.
    const [reported] = gateway.calls(/\/c-1\/result$/);
    expect(reported?.body).toMatchObject({ status: 'failed', error: { code: 'interrupted' } });
    expect(await runs()).toBe(1);
  });

  it('lets no second agent into its data directory', async () => {
    run(usual());
    await until(() => gateway.calls(/heartbeat$/).length > 0);
    const second = run(usual());
    expect(await second.exited).toBe(78);
    expect(second.output()).toContain('already uses');
  });

  it('ends with 77 when its activation code is refused, and with 78 for every mistake of the operator', async () => {
    const refused = run([...usual().slice(0, -1), 'BAD-CODE']);
    expect(await refused.exited).toBe(77);
    expect(refused.output()).toContain('Ask for a new activation code');
    const broken = join(home.path, 'broken.json');
    await writeFile(broken, '{"services":"nginx","shell":true}');
    const mistakes: [string[], string][] = [
      [[], "required option '--url <url>'"],
      [['--url', 'ftp://x', '--device-id', 'a'], 'http or https'],
      [['--url', 'http://u:p@x', '--device-id', 'a'], 'no user'],
      [['--url', 'http://x', '--device-id', '../a'], 'letters, digits'],
      [[...usual(), '--capacity', '11'], 'from 1 to 10'],
      [[...usual(), '--log-level', 'loud'], 'Allowed choices'],
      [[...usual(), '--shell'], 'unknown option'],
      [[...usual(), '--config', broken], 'services'],
      [[...usual(), '--config', '/nowhere.json'], 'Cannot read'],
      [usual().slice(0, -2), '--activation-code'],
    ];
    for (const [args, words] of mistakes) {
      const agent = run(args);
      expect(await agent.exited).toBe(78);
      expect(agent.output()).toContain(words);
    }
    expect(gateway.calls(/register$/)).toHaveLength(1);
  });

  it('explains itself, and takes its options from the environment', async () => {
    const help = run(['--help']);
    expect(await help.exited).toBe(0);
    expect(help.output()).toContain('FIELDGATE_ACTIVATION_CODE');
    const agent = run([], {
      ...{ FIELDGATE_URL: url.href, FIELDGATE_DEVICE_ID: 'device-1', FIELDGATE_ACTIVATION_CODE: 'GOOD-CODE' },
      ...{ FIELDGATE_DATA_DIR: join(home.path, 'data'), FIELDGATE_JSON: '1' },
    });
    await until(() => gateway.calls(/heartbeat$/).length > 0);
    agent.child.kill('SIGTERM');
    expect(await agent.exited).toBe(0);
    const lines = agent.output().trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { deviceId: string }).deviceId)).toEqual(
      lines.map(() => 'device-1'),
    );
  });
});
