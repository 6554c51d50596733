import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllowList } from '../../agent/allow-list.js';
import type { LinkTimes } from '../../agent/reconnect-plan.js';
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

const info = { type: 'system_info', parameters: {} };
const dataDir = (): string => join(home.path, 'data');
const resultOf = (id: string): Promise<Record<string, unknown>> => until(() => gateway.results.get(id));
const connected = (count = 1): Promise<boolean> =>
  until(() => gateway.live.connections.length === count && gateway.live.readies.length >= count);
const says = (words: string): Promise<boolean> =>
  until(() => agent?.lines.some((line) => line.includes(words)));
const times = (changes: Partial<LinkTimes>): { linkTimes: LinkTimes } => ({
  linkTimes: {
    handshakeMs: 5_000,
    silentMs: 60_000,
    answerMs: 15_000,
    blockedMs: 120_000,
    replacedMs: 30_000,
    ...changes,
  },
});
const polls = (): number => gateway.calls(/claim$/).length;

describe('an agent without a socket', () => {
  it('polls after the first refusal, and says so once', async () => {
    agent = startAgent({ url, dataDir: dataDir() }, times({ blockedMs: 30 }));
    gateway.offer({ id: 'c-1', ...info });
    await resultOf('c-1');
    await until(() => gateway.live.handshakes.length > 2);
    expect(agent.lines.filter((line) => line.includes('polling instead'))).toHaveLength(1);
    expect(gateway.calls(/result$/)[0]?.over).toBe('http');
  });

  it('moves to the socket when it comes up, and polls no more', async () => {
    agent = startAgent({ url, dataDir: dataDir() }, { pollWaitMs: 25_000, ...times({ blockedMs: 100 }) });
    gateway.offer({ id: 'c-1', ...info });
    await resultOf('c-1');
    await until(() => polls() === 2);
    gateway.live.door = 'open';
    await connected();
    // The poll that was abandoned is what the push begins with.
    expect(gateway.live.readies[0]?.attemptId).toBe(gateway.calls(/claim$/)[1]?.body['attemptId']);
    gateway.offer({ id: 'c-2', ...info });
    await resultOf('c-2');
    expect(gateway.calls(/result$/).map(({ over }) => over)).toEqual(['http', 'socket']);
    expect(polls()).toBe(2);
    await says('socket is up again');
  });

  it('loses nothing that the poll had claimed when it was abandoned', async () => {
    gateway.interfere(/claim$/, 'hold');
    gateway.offer({ id: 'c-1', ...info });
    agent = startAgent({ url, dataDir: dataDir() }, times({ blockedMs: 100 }));
    await until(() => polls() === 1);
    gateway.live.door = 'open';
    await resultOf('c-1');
    expect(gateway.calls(/result$/)).toMatchObject([{ over: 'socket' }]);
    expect(polls()).toBe(1);
  });

  it('polls for what was pushed to a connection that broke', async () => {
    gateway.live.door = 'open';
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    gateway.live.losesNextPush = true;
    gateway.live.door = { status: 502 };
    gateway.offer({ id: 'c-1', ...info });
    await resultOf('c-1');
    expect(gateway.calls(/claim$/)[0]?.body['attemptId']).toBe(gateway.live.readies[0]?.attemptId);
    expect(gateway.calls(/result$/)).toMatchObject([{ over: 'http' }]);
    gateway.live.door = 'open';
    await connected(2);
    gateway.offer({ id: 'c-2', ...info });
    await resultOf('c-2');
    expect(gateway.calls(/result$/)).toHaveLength(2);
  });

  it('changes over again and again under load, and does everything once', async () => {
    const path = await installTool(
      home.path,
      'work',
      `echo "$1" >> ${home.path}/runs; sleep 0.02; echo "$1"`,
    );
    const allowList = parseAllowList({ scripts: { work: { path, args: true } } });
    gateway.live.door = 'open';
    agent = startAgent({ url, dataDir: dataDir(), allowList, capacity: 3 }, times({ blockedMs: 50 }));
    const ids = Array.from({ length: 60 }, (_, n) => `c-${n}`);
    for (const [n, id] of ids.entries()) {
      gateway.offer({ id, type: 'run_script', parameters: { script: 'work', args: [id] } });
      if (n % 4 !== 3) continue;
      if (n % 8 === 3) gateway.live.losesNextPush = true;
      gateway.live.door = n % 12 === 11 ? 'open' : { status: n % 12 === 7 ? 404 : 503 };
      gateway.live.cutAll();
      if (n % 20 === 19) gateway.interfere(/claim$/, 'lose');
      await resultOf(id);
    }
    await until(() => gateway.results.size === ids.length);
    const runs = (await readFile(join(home.path, 'runs'), 'utf8')).trim().split('\n');
    expect(runs.sort()).toEqual([...ids].sort());
    // What was reported more than once, as answers were lost, was reported in the same words.
    for (const id of ids) {
      const reports = gateway.calls(new RegExp(`/${id}/result$`)).map(({ body }) => JSON.stringify(body));
      expect(new Set(reports).size).toBe(1);
      expect(gateway.results.get(id)).toMatchObject({ status: 'succeeded', output: `${id}\n` });
    }
  }, 60_000);

  it('does not even try one when told to poll', async () => {
    gateway.live.door = 'open';
    agent = startAgent({ url, dataDir: dataDir(), transport: 'poll' });
    gateway.offer({ id: 'c-1', ...info });
    await resultOf('c-1');
    expect(gateway.live.handshakes).toEqual([]);
  });

  it('is not led elsewhere: a redirect is a refusal', async () => {
    const elsewhere = new StandInGateway();
    elsewhere.live.door = 'open';
    const { host } = await elsewhere.start();
    try {
      gateway.live.door = { status: 307, headers: { location: `ws://${host}/ws/device` } };
      agent = startAgent({ url, dataDir: dataDir() });
      gateway.offer({ id: 'c-1', ...info });
      await resultOf('c-1');
      expect(elsewhere.live.handshakes).toEqual([]);
    } finally {
      await elsewhere.stop();
    }
  });
});

describe('a connection that the gateway ends', () => {
  beforeEach(() => {
    gateway.live.door = 'open';
  });

  it('with a goodbye is left when everything asked is answered, and replaced by another', async () => {
    gateway.heartbeatMs = 60_000;
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    gateway.live.last?.say({ type: 'goodbye', reason: 'shutting_down', reconnectInMs: 1_000 });
    await connected(2);
    expect(gateway.live.connections[0]?.closed).toEqual({ code: 1000 });
    gateway.offer({ id: 'c-1', ...info });
    await resultOf('c-1');
    expect(polls()).toBe(0);
  });

  it.each([1001, 1006, 1008, 1009, 1011, 1013, 4408])('with %d is replaced by another', async (code) => {
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    if (code === 1006) gateway.live.last?.cut();
    else gateway.live.last?.close(code);
    await connected(2);
    expect(polls()).toBe(0);
    expect(gateway.calls(/^\/auth$/)).toHaveLength(1);
  });

  it('again and again has the agent poll meanwhile', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    gateway.offer({ id: 'c-1', ...info });
    await until(() => {
      gateway.live.last?.close(1011);
      return polls() > 0;
    });
    await resultOf('c-1');
  });

  it('with 4401 has it sign in again, and connect with the new token', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    gateway.forgetTokens();
    gateway.live.last?.close(4401);
    await connected(2);
    expect(gateway.calls(/^\/auth$/)).toHaveLength(2);
    const [first, second] = gateway.live.connections;
    expect(second?.token).not.toBe(first?.token);
  });

  it('because it is suspended has it wait until it is resumed', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    gateway.signInRefusal = problem(403, 'device_suspended');
    gateway.forgetTokens();
    gateway.live.last?.close(4401);
    await says('device is suspended');
    gateway.signInRefusal = null;
    await connected(2);
  });

  it('because it is retired ends the agent for good', async () => {
    gateway.heartbeatMs = 60_000;
    agent = startAgent({ url, dataDir: dataDir() });
    await connected();
    gateway.signInRefusal = problem(403, 'device_retired');
    gateway.forgetTokens();
    gateway.live.last?.close(4401);
    await expect(agent.ended).rejects.toMatchObject({ exitCode: 77 });
  });

  it('with 4409 has it say that somebody else runs under its name, wait, and not poll', async () => {
    agent = startAgent({ url, dataDir: dataDir() }, times({ replacedMs: 400 }));
    await connected();
    gateway.live.last?.close(4409);
    const closedAt = performance.now();
    await says('another process runs under the identity of this device');
    await connected(2);
    expect((gateway.live.handshakes[1]?.at ?? 0) - closedAt).toBeGreaterThanOrEqual(400);
    expect(agent.lines.filter((line) => line.includes('ERROR'))).toHaveLength(1);
    expect(polls()).toBe(0);
  });
});

describe('a line', () => {
  beforeEach(() => {
    gateway.live.door = 'open';
    gateway.heartbeatMs = 60_000;
  });

  it('that has gone silent is given up', async () => {
    agent = startAgent({ url, dataDir: dataDir() }, times({ silentMs: 300 }));
    await connected();
    const dead = gateway.live.last;
    if (dead !== undefined) dead.isMute = true;
    await until(() => gateway.live.connections.length > 1);
    await says('nothing heard for 300 ms');
  });

  it('on which the gateway pings stays', async () => {
    agent = startAgent({ url, dataDir: dataDir() }, times({ silentMs: 600 }));
    await connected();
    const openedAt = performance.now();
    await until(() => {
      gateway.live.last?.ping();
      return performance.now() - openedAt > 1_500;
    });
    expect(gateway.live.last?.pongs).toBeGreaterThan(10);
    expect(gateway.live.connections).toHaveLength(1);
  });

  it('on which nothing is answered is given up, and the agent polls', async () => {
    gateway.heartbeatMs = 100;
    agent = startAgent({ url, dataDir: dataDir() }, times({ answerMs: 150 }));
    await connected();
    const deaf = gateway.live.last;
    if (deaf !== undefined) deaf.isMute = true;
    gateway.live.door = { status: 404 };
    // It still pings: only what is asked finds no answer.
    gateway.offer({ id: 'c-1', ...info });
    await until(() => {
      deaf?.pingAllTheSame();
      return gateway.results.has('c-1');
    });
    await says('no answer in time');
  });

  it('on which the greeting does not come is given up', async () => {
    gateway.live.isRude = true;
    agent = startAgent({ url, dataDir: dataDir() }, times({ handshakeMs: 100 }));
    gateway.offer({ id: 'c-1', ...info });
    await resultOf('c-1');
    expect(polls()).toBeGreaterThan(0);
    await says('no greeting in time');
  });
});
