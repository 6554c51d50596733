import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
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
  gateway.live.door = 'open';
  url = await gateway.start();
});
afterEach(async () => {
  await agent?.stop().catch(() => undefined);
  agent = null;
  await gateway.stop();
  await home.remove();
});

const info = { type: 'system_info', parameters: {} };
const work = { type: 'run_script', parameters: { script: 'work' } };
const dataDir = (): string => join(home.path, 'data');
const resultOf = (id: string): Promise<Record<string, unknown>> => until(() => gateway.results.get(id));
const connected = (count = 1): Promise<boolean> =>
  until(() => gateway.live.connections.length === count && gateway.live.readies.length >= count);

/** A script that counts its runs, and then does what it is told. */
async function scriptAllowed(more: string): Promise<ReturnType<typeof parseAllowList>> {
  const path = await installTool(home.path, 'work', `echo run >> ${home.path}/runs; ${more}`);
  return parseAllowList({ scripts: { work: { path } } });
}
const runs = async (): Promise<number> =>
  (await readFile(join(home.path, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;

describe('an agent with a socket', () => {
  it('is pushed its commands, reports over the socket, and never polls', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    gateway.offer({ id: 'c-1', ...info });
    gateway.offer({ id: 'c-2', ...info });
    expect(await resultOf('c-2')).toMatchObject({
      ...{ claimToken: expect.stringMatching(/^claim_/), status: 'succeeded', output: expect.any(String) },
    });
    await until(() => gateway.calls(/heartbeat$/).some(({ over }) => over === 'socket'));
    expect(gateway.calls(/claim$/)).toEqual([]);
    expect(gateway.calls(/result$/).map(({ path, over }) => `${path} ${over}`)).toEqual([
      ...['/commands/c-1/result socket', '/commands/c-2/result socket'],
    ]);
    expect(gateway.live.readies).toEqual([
      { capacity: 1, attemptId: expect.stringMatching(/^[A-Za-z0-9-]{36}:1$/) },
    ]);
  });

  it('shows its token in the handshake and nowhere in the address', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    expect(gateway.live.handshakes).toEqual([
      { path: '/ws/device', authorization: expect.stringMatching(/^Bearer fgt_/), at: expect.any(Number) },
    ]);
  });

  it('has as many commands in its hands as it has lanes', async () => {
    const allowList = await scriptAllowed('sleep 0.4');
    agent = startAgent({ url, dataDir: dataDir(), allowList, capacity: 2 });
    await connected();
    for (const id of ['c-1', 'c-2', 'c-3']) gateway.offer({ id, ...work });
    await until(() => gateway.calls(/heartbeat$/).find(({ body }) => String(body['claimed']) === 'c-1,c-2'));
    await resultOf('c-3');
    expect(await runs()).toBe(3);
  });

  it('keeps its lease and shows its progress over the socket', async () => {
    const allowList = await scriptAllowed('echo begun; sleep 0.6; echo end');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    await connected();
    gateway.offer({ id: 'c-1', ...work, visibleForMs: 900 });
    const { claimToken } = await resultOf('c-1');
    const [extension] = gateway.calls(/extend$/);
    expect(extension).toMatchObject({ over: 'socket', body: { claimToken, extensionMs: 60_000 } });
    expect(gateway.calls(/progress$/)[0]).toMatchObject({
      ...{ over: 'socket', body: { claimToken, output: 'begun\n' } },
    });
  });

  it('stops a command at once when its cancellation is pushed', async () => {
    gateway.heartbeatMs = 60_000;
    const allowList = await scriptAllowed('sleep 60');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    await connected();
    gateway.offer({ id: 'c-1', ...work });
    await until(async () => (await runs()) === 1);
    gateway.live.last?.say({ type: 'cancel', commandId: 'c-1' });
    expect(await resultOf('c-1')).toMatchObject({ status: 'cancelled' });
  });

  it('takes a refusal over the socket as one by HTTP', async () => {
    const allowList = await scriptAllowed('sleep 60');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    await connected();
    gateway.interfere(/extend$/, problem(409, 'claim_superseded'));
    gateway.offer({ id: 'c-1', ...work, visibleForMs: 600 });
    await until(() => agent?.lines.some((line) => line.includes('command abandoned')));
    gateway.interfere(/result$/, problem(503, 'dependency_unavailable'));
    gateway.offer({ id: 'c-2', ...info });
    await resultOf('c-2');
    expect(gateway.calls(/c-2\/result$/).map(({ over }) => over)).toEqual(['socket', 'socket']);
    expect(gateway.calls(/c-1\/result$/)).toEqual([]);
  });

  it('asks for commands over the socket while the gateway does not want to push', async () => {
    gateway.live.readyRefusal = problem(503, 'dependency_unavailable');
    agent = startAgent({ url, dataDir: dataDir() }, { pollWaitMs: 50 });
    await connected();
    gateway.offer({ id: 'c-1', ...info });
    await resultOf('c-1');
    expect(gateway.calls(/claim$/).map(({ over }) => over)).toContain('socket');
    const refused = gateway.live.readies.length;
    gateway.live.readyRefusal = null;
    await until(() => gateway.live.readies.length > refused);
    gateway.offer({ id: 'c-2', ...info });
    await resultOf('c-2');
    expect(agent.lines.filter((line) => line.includes('push refused'))).toHaveLength(1);
    expect(gateway.live.connections).toHaveLength(1);
  });

  it('bears messages that it does not know, and warns of those that make no sense', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    for (const message of [{ type: 'weather' }, { type: 'command', command: { id: 'c-0' } }, {}]) {
      gateway.live.last?.say(message);
    }
    gateway.offer({ id: 'c-1', ...info });
    await resultOf('c-1');
    expect(agent.lines.filter((line) => line.includes('makes no sense'))).toHaveLength(1);
    expect(gateway.live.connections).toHaveLength(1);
  });

  it('sends by HTTP what is too big for a frame, and goes on over the same socket', async () => {
    const allowList = await scriptAllowed(`head -c 262144 /dev/zero | tr '\\0' '"'`);
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    await connected();
    gateway.offer({ id: 'c-1', ...work });
    expect(String((await resultOf('c-1'))['output'])).toHaveLength(262_144);
    gateway.offer({ id: 'c-2', ...info });
    await resultOf('c-2');
    expect(gateway.calls(/result$/).map(({ path, over }) => `${path} ${over}`)).toEqual([
      ...['/commands/c-1/result http', '/commands/c-2/result socket'],
    ]);
    expect(gateway.live.connections).toHaveLength(1);
  });

  it('lets a command wait that was pushed too early, and keeps its lease meanwhile', async () => {
    const allowList = await scriptAllowed('sleep 0.8');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    await connected();
    gateway.offer({ id: 'c-1', ...work });
    gateway.offer({ id: 'c-2', ...info, visibleForMs: 600 });
    await until(async () => (await runs()) === 1);
    gateway.live.last?.overfill(1);
    await resultOf('c-2');
    const paths = gateway.received.map(({ path }) => path);
    expect(paths.indexOf('/commands/c-2/extend')).toBeGreaterThan(0);
    expect(paths.indexOf('/commands/c-1/result')).toBeGreaterThan(paths.indexOf('/commands/c-2/extend'));
    expect(paths.indexOf('/commands/c-2/result')).toBeGreaterThan(paths.indexOf('/commands/c-1/result'));
  });

  it('does not begin a command that was cancelled while it waited', async () => {
    const allowList = await scriptAllowed('sleep 0.5');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    await connected();
    gateway.offer({ id: 'c-1', ...work });
    gateway.offer({ id: 'c-2', ...work });
    await until(async () => (await runs()) === 1);
    gateway.live.last?.overfill(1);
    await until(() => gateway.calls(/heartbeat$/).some(({ body }) => String(body['claimed']) === 'c-1,c-2'));
    gateway.live.last?.say({ type: 'cancel', commandId: 'c-2' });
    expect(await resultOf('c-2')).toMatchObject({
      ...{ status: 'cancelled', error: { message: 'Cancelled before it started.' } },
    });
    expect(await runs()).toBe(1);
  });

  it('does not speak faster than the gateway bears', async () => {
    agent = startAgent({ url, dataDir: dataDir(), capacity: 10 });
    await connected();
    for (let n = 1; n <= 80; n += 1) gateway.offer({ id: `c-${n}`, ...info });
    await until(() => gateway.results.size === 80);
    expect(gateway.live.connections).toHaveLength(1);
  });
});

describe('a connection that is cut', () => {
  it('before a pushed command was read loses nothing: the same attempt is asked for again', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    gateway.live.losesNextPush = true;
    gateway.offer({ id: 'c-1', ...info });
    await resultOf('c-1');
    const [first, second] = gateway.live.readies;
    expect(second).toEqual(first);
    expect(gateway.calls(/result$/)).toHaveLength(1);
    expect(gateway.calls(/claim$/)).toEqual([]);
  });

  it('loses none of several commands that were claimed one after the other', async () => {
    agent = startAgent({ url, dataDir: dataDir(), capacity: 3 });
    await connected();
    gateway.offer({ id: 'c-1', ...info });
    await resultOf('c-1');
    gateway.live.losesNextPush = true;
    for (const id of ['c-2', 'c-3', 'c-4']) gateway.offer({ id, ...info });
    for (const id of ['c-2', 'c-3', 'c-4']) await resultOf(id);
    expect(gateway.live.readies[1]?.attemptId).toMatch(/:1$/);
    expect(gateway.calls(/result$/)).toHaveLength(4);
  });

  it('between a result and its answer has the result repeated by HTTP, word for word', async () => {
    const allowList = await scriptAllowed('true');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    await connected();
    gateway.interfere(/result$/, 'lose');
    gateway.offer({ id: 'c-1', ...work });
    const calls = await until(() => gateway.calls(/result$/).length === 2 && gateway.calls(/result$/));
    expect(calls.map(({ over }) => over)).toEqual(['socket', 'http']);
    expect(calls[1]?.body).toEqual(calls[0]?.body);
    await connected(2);
    gateway.offer({ id: 'c-2', ...info });
    await resultOf('c-2');
    expect(await runs()).toBe(1);
    expect(gateway.calls(/c-1\/result$/)).toHaveLength(2);
  });

  it('while a command runs does not begin it a second time', async () => {
    const allowList = await scriptAllowed('sleep 0.8');
    agent = startAgent({ url, dataDir: dataDir(), allowList, capacity: 2 });
    await connected();
    gateway.offer({ id: 'c-1', ...work });
    await until(async () => (await runs()) === 1);
    gateway.live.last?.cut();
    await connected(2);
    expect(await resultOf('c-1')).toMatchObject({ status: 'succeeded' });
    expect(await runs()).toBe(1);
    expect(gateway.calls(/c-1\/result$/)).toHaveLength(1);
    // The lane of the running command was not offered anew; once its push had come again, it counted there.
    expect(gateway.live.readies.map(({ capacity }) => capacity)).toEqual([2, 1, 2]);
  });

  it('after a command was done brings it again, and it is neither done nor reported again', async () => {
    const allowList = await scriptAllowed('true');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    await connected();
    gateway.offer({ id: 'c-1', ...work });
    await resultOf('c-1');
    gateway.live.last?.cut();
    await until(() => agent?.lines.some((line) => line.includes('claim received again')));
    gateway.offer({ id: 'c-2', ...info });
    await resultOf('c-2');
    expect(await runs()).toBe(1);
    expect(gateway.calls(/c-1\/result$/)).toHaveLength(1);
  });
});

describe('an agent with a socket that is told to stop', () => {
  it('says that it is ready for nothing more, reports over the socket, and signs out', async () => {
    const allowList = await scriptAllowed('sleep 0.4; echo done');
    agent = startAgent({ url, dataDir: dataDir(), allowList }, { graceMs: 10_000 });
    await connected();
    gateway.offer({ id: 'c-1', ...work });
    await until(async () => (await runs()) === 1);
    await agent.stop();
    expect(gateway.live.readies.at(-1)).toEqual({ capacity: 0, attemptId: null });
    expect(gateway.calls(/c-1\/result$/)).toMatchObject([{ over: 'socket', body: { output: 'done\n' } }]);
    expect(gateway.received.at(-1)).toMatchObject({ method: 'DELETE', path: '/auth' });
    await until(() => gateway.live.last?.closed);
    expect(gateway.live.last?.closed).toEqual({ code: 1000 });
  });

  it('gives back what is pushed while it stops', async () => {
    const allowList = await scriptAllowed('sleep 0.8');
    agent = startAgent({ url, dataDir: dataDir(), allowList, capacity: 2 }, { graceMs: 10_000 });
    await connected();
    gateway.offer({ id: 'c-1', ...work });
    await until(async () => (await runs()) === 1);
    const stopped = agent.stop();
    await until(() => gateway.live.readies.at(-1)?.capacity === 0);
    gateway.live.last?.say({
      ...{ type: 'command', attemptId: 'late:1' },
      command: {
        ...{ id: 'c-2', ...info, attempt: 1, claimToken: 'claim_late', visibleForMs: 60_000 },
        ...{ deliveryClass: 'at_least_once', cancelRequested: false, grant: null },
      },
    });
    await stopped;
    expect(gateway.calls(/c-2\/release$/)).toMatchObject([
      { body: { claimToken: 'claim_late', reason: 'agent_stopping' } },
    ]);
    expect(await runs()).toBe(1);
  });
});
