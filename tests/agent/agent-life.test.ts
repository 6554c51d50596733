import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllowList } from '../../agent/allow-list.js';
import { startAgent } from './agent-under-test.js';
import type { RunningAgent } from './agent-under-test.js';
import { installTool } from './executor-context.js';
import { problem, StandInGateway } from './stand-in-gateway.js';
import { temporaryDirectory } from './temporary-directory.js';
import { until } from './until.js';

let home: Awaited<ReturnType<typeof temporaryDirectory>>;
let gateway: StandInGateway;
let url: URL;
let agent: RunningAgent | null = null;

beforeEach(async () => {
  home = await temporaryDirectory();
  gateway = new StandInGateway();
  url = await gateway.start();
});
afterEach(async () => {
  await agent?.stop().catch(() => undefined);
  agent = null;
  await gateway.stop();
  await home.remove();
});

const dataDir = (): string => join(home.path, 'data');
const says = (words: string): Promise<boolean> =>
  until(() => agent?.lines.some((line) => line.includes(words)));

describe('registration', () => {
  it('happens once, tells what machine this is, and keeps the identity private', async () => {
    agent = startAgent({ url, dataDir: dataDir(), name: 'Till 7' });
    await until(() => gateway.calls(/heartbeat$/).length > 0);
    await agent.stop();
    expect(gateway.calls(/register$/)[0]?.body).toMatchObject({
      ...{ deviceId: 'device-1', activationCode: 'GOOD-CODE', name: 'Till 7' },
      metadata: { model: expect.any(String), platform: expect.any(String), agentVersion: expect.any(String) },
    });
    expect((await stat(dataDir())).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(join(dataDir(), 'device.json'), 'utf8'))).toMatchObject({
      grantKeys: { keys: [gateway.keys.publicJwk] },
    });
    agent = startAgent({ url, dataDir: dataDir(), activationCode: 'ANOTHER-CODE' });
    await until(() => gateway.calls(/^\/auth$/).length > 2);
    expect(gateway.calls(/register$/)).toHaveLength(1);
  });

  it('is repeated with the same code when its answer was lost; the last secret counts', async () => {
    gateway.interfere(/register$/, 'lose');
    gateway.interfere(/register$/, problem(503, 'dependency_unavailable', { 'retry-after': '0' }));
    agent = startAgent({ url, dataDir: dataDir() });
    const signIn = await until(() => gateway.calls(/^\/auth$/)[0]);
    expect(signIn.body).toEqual({ deviceId: 'device-1', deviceSecret: 'fgd_secret_2' });
    expect(gateway.calls(/register$/).map(({ body }) => body['activationCode'])).toEqual(
      Array(3).fill('GOOD-CODE'),
    );
  });

  it('ends for good with a refused code, and says what to do', async () => {
    agent = startAgent({ url, dataDir: dataDir(), activationCode: 'BAD-CODE' });
    await expect(agent.ended).rejects.toMatchObject({
      ...{ exitCode: 77, message: expect.stringContaining('Ask for a new activation code') },
    });
    expect(gateway.calls(/register$/)).toHaveLength(1);
  });

  it('needs a code on the first start, and the directory of this very device', async () => {
    agent = startAgent({ url, dataDir: dataDir(), activationCode: null });
    await expect(agent.ended).rejects.toMatchObject({ exitCode: 78 });
    agent = startAgent({ url, dataDir: dataDir() });
    await until(() => gateway.calls(/heartbeat$/).length > 0);
    await agent.stop();
    agent = startAgent({ url, dataDir: dataDir(), deviceId: 'device-2' });
    await expect(agent.ended).rejects.toMatchObject({
      ...{ exitCode: 78, message: expect.stringContaining('belongs to the device "device-1"') },
    });
  });
});

describe('a signed-in agent', () => {
  it('beats in the rhythm of the gateway, with numbers and what it holds', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    const beats = await until(() => gateway.calls(/heartbeat$/).length > 2 && gateway.calls(/heartbeat$/));
    expect(beats[0]?.body).toMatchObject({ status: 'ok', claimed: [], agentVersion: expect.any(String) });
    for (const value of Object.values(beats[0]?.body['metrics'] ?? {})) expect(typeof value).toBe('number');
  });

  it('signs in again, once for all its loops, when its token has died', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await until(() => gateway.calls(/heartbeat$/).length > 0);
    gateway.forgetTokens();
    await until(() => gateway.calls(/^\/auth$/).length === 2);
    const token = await until(() =>
      gateway
        .calls(/heartbeat$/)
        .at(-1)
        ?.token?.endsWith('_3'),
    );
    expect(token).toBe(true);
    expect(gateway.calls(/register$/)).toHaveLength(1);
  });

  it('waits while it is suspended and goes on when it is resumed', async () => {
    gateway.signInRefusal = problem(403, 'device_suspended');
    agent = startAgent({ url, dataDir: dataDir() });
    await says('device is suspended');
    gateway.signInRefusal = null;
    await until(() => gateway.calls(/heartbeat$/).length > 0);
    await says('gateway is back');
  });

  it('keeps its secret through outages, refusals and answers that make no sense', async () => {
    for (const answer of [
      ...[
        problem(503, 'dependency_unavailable'),
        problem(500, 'internal'),
        problem(401, 'invalid_credentials'),
      ],
      ...[
        { status: 200, body: 'hello' },
        { status: 403, body: '<html>proxy</html>' },
      ],
    ]) {
      gateway.interfere(/^\/auth$/, answer);
    }
    gateway.interfere(/heartbeat$/, 'lose');
    agent = startAgent({ url, dataDir: dataDir() });
    await until(() => gateway.calls(/heartbeat$/).length > 1);
    expect(new Set(gateway.calls(/^\/auth$/).map(({ body }) => body['deviceSecret'])).size).toBe(1);
  });

  it('waits as long as the gateway asks', async () => {
    gateway.interfere(/^\/auth$/, problem(429, 'rate_limited', { 'retry-after': '1' }));
    const startedAt = performance.now();
    agent = startAgent({ url, dataDir: dataDir() });
    await until(() => gateway.calls(/^\/auth$/).length === 2);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_000);
  });

  it('finds a gateway that comes back', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await until(() => gateway.calls(/heartbeat$/).length > 0);
    await gateway.stop();
    await says('gateway unreachable');
    gateway = new StandInGateway();
    await gateway.start(Number(url.port));
    await until(() => gateway.calls(/heartbeat$/).length > 0);
    expect(agent.lines.filter((line) => line.includes('gateway unreachable')).length).toBeLessThan(3);
  });

  it('stops for good when it is retired', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await until(() => gateway.calls(/heartbeat$/).length > 0);
    gateway.signInRefusal = problem(403, 'device_retired');
    gateway.forgetTokens();
    await expect(agent.ended).rejects.toMatchObject({
      exitCode: 77,
      message: expect.stringContaining('retired'),
    });
  });

  it('never writes a secret, a token or a code to its log', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    gateway.offer({ id: 'c-1', type: 'system_info', parameters: {} });
    await until(() => gateway.results.has('c-1'));
    await agent.stop();
    expect(agent.lines.join('')).not.toMatch(/fgd_|fgt_|claim_|GOOD-CODE/);
  });

  it('is alone in its data directory', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await until(() => gateway.calls(/heartbeat$/).length > 0);
    expect((await stat(join(dataDir(), 'agent.lock'))).isFile()).toBe(true);
    await agent.stop();
    await expect(stat(join(dataDir(), 'agent.lock'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('an agent that is told to stop', () => {
  const allowed = async (script: string): Promise<ReturnType<typeof parseAllowList>> => {
    const path = await installTool(home.path, 'work', script);
    return parseAllowList({ scripts: { work: { path } } });
  };
  const work = { type: 'run_script', parameters: { script: 'work' } };
  const begun = (): Promise<boolean> => until(() => gateway.calls(/progress$/).length > 0);

  it('breaks off its poll, signs out and ends', async () => {
    agent = startAgent({ url, dataDir: dataDir() }, { pollWaitMs: 25_000 });
    await until(() => gateway.calls(/claim$/).length > 0);
    const startedAt = performance.now();
    await agent.stop();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(gateway.received.at(-1)).toMatchObject({ method: 'DELETE', path: '/auth' });
  });

  it('lets a command finish within the grace time', async () => {
    const allowList = await allowed('echo begun; sleep 0.5; echo done');
    agent = startAgent({ url, dataDir: dataDir(), allowList }, { graceMs: 10_000 });
    gateway.offer({ id: 'c-1', ...work });
    await begun();
    await agent.stop();
    expect(gateway.results.get('c-1')).toMatchObject({ status: 'succeeded', output: 'begun\ndone\n' });
  });

  it('kills a command after the grace time and says so', async () => {
    const allowList = await allowed('echo begun; sleep 60');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    gateway.offer({ id: 'c-1', ...work });
    await begun();
    await agent.stop();
    expect(gateway.results.get('c-1')).toMatchObject({ status: 'failed', error: { code: 'agent_stopped' } });
  });

  it('keeps a result that it could not deliver for its next start', async () => {
    const allowList = await allowed('echo begun; sleep 60');
    agent = startAgent({ url, dataDir: dataDir(), allowList }, { reportMs: 300 });
    gateway.offer({ id: 'c-1', ...work });
    await begun();
    const { port } = url;
    const token = (await until(() => gateway.calls(/progress$/)[0])).body['claimToken'];
    await gateway.stop();
    await agent.stop();
    gateway = new StandInGateway();
    await gateway.start(Number(port));
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    const late = await until(() => gateway.calls(/c-1\/result$/)[0]);
    expect(late.body).toMatchObject({
      claimToken: token,
      status: 'failed',
      error: { code: 'agent_stopped' },
    });
  });
});
