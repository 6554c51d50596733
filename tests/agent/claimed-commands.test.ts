import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
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

const info = { type: 'system_info', parameters: {} };
const dataDir = (): string => join(home.path, 'data');
const resultOf = (id: string): Promise<Record<string, unknown>> => until(() => gateway.results.get(id));

/** A script that counts its runs, shows its pid, and then sleeps or does not. */
async function scriptAllowed(more: string): Promise<ReturnType<typeof parseAllowList>> {
  const path = await installTool(home.path, 'work', `echo run >> ${home.path}/runs; echo begun; ${more}`);
  return parseAllowList({ scripts: { work: { path } } });
}
const runs = async (): Promise<number> =>
  (await readFile(join(home.path, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;
const work = { type: 'run_script', parameters: { script: 'work' } };

describe('a claimed command', () => {
  it('is done once and reported with its claim token, output and times', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    gateway.offer({ id: 'c-1', ...info });
    const result = await resultOf('c-1');
    expect(result).toMatchObject({
      ...{ claimToken: expect.stringMatching(/^claim_/), status: 'succeeded', output: expect.any(String) },
      ...{ startedAt: expect.stringMatching(/^\d{4}-.*Z$/), durationMs: expect.any(Number) },
    });
    expect(gateway.calls(/claim$/)[0]?.body).toMatchObject({ limit: 1, visibilityTimeoutMs: 60_000 });
  });

  it('of an unknown type is refused', async () => {
    agent = startAgent({ url, dataDir: dataDir() });
    gateway.offer({ id: 'c-1', type: 'shell', parameters: { line: 'id' } });
    expect(await resultOf('c-1')).toMatchObject({ status: 'refused', error: { code: 'unknown_type' } });
  });

  it('is not lost when the answer of the poll is lost: the same attempt is repeated', async () => {
    gateway.interfere(/claim$/, 'lose');
    gateway.offer({ id: 'c-1', ...info });
    agent = startAgent({ url, dataDir: dataDir() });
    await resultOf('c-1');
    const [first, second] = gateway.calls(/claim$/).map(({ body }) => body['attemptId']);
    expect(first).toEqual(second);
    const third = await until(() => gateway.calls(/claim$/)[2]);
    expect(third.body['attemptId']).not.toBe(first);
  });

  it('has its result repeated, word for word, until the gateway has taken it', async () => {
    gateway.interfere(/result$/, problem(503, 'dependency_unavailable'));
    gateway.interfere(/result$/, 'lose');
    gateway.interfere(/result$/, problem(429, 'rate_limited', { 'retry-after': '0' }));
    gateway.interfere(/result$/, { status: 502, body: '<html>' });
    gateway.offer({ id: 'c-1', ...info });
    agent = startAgent({ url, dataDir: dataDir() });
    const calls = await until(() => gateway.calls(/result$/).length === 5 && gateway.calls(/result$/));
    expect(new Set(calls.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('is reported after a new sign-in when the token dies meanwhile', async () => {
    const allowList = await scriptAllowed('sleep 0.3');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    gateway.heartbeatMs = 60_000;
    gateway.offer({ id: 'c-1', ...work });
    await until(async () => (await runs()) === 1);
    gateway.forgetTokens();
    expect(await resultOf('c-1')).toMatchObject({ status: 'succeeded' });
    expect(gateway.calls(/^\/auth$/)).toHaveLength(2);
  });

  it('keeps its lease and shows its progress while it runs', async () => {
    const allowList = await scriptAllowed('sleep 0.5; echo more; sleep 0.5; echo end');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    gateway.offer({ id: 'c-1', ...work, visibleForMs: 900 });
    const result = await resultOf('c-1');
    expect(result).toMatchObject({ output: 'begun\nmore\nend\n' });
    const { claimToken } = result;
    expect(gateway.calls(/extend$/)[0]?.body).toEqual({ claimToken, extensionMs: 60_000 });
    const shown = gateway.calls(/progress$/).map(({ body }) => body['output']);
    expect(shown.slice(0, 2)).toEqual(['begun\n', 'more\n']);
  });

  it('says so where it puts out more at once than it may show', async () => {
    const allowList = await scriptAllowed('seq 100000 103000; sleep 1');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    gateway.offer({ id: 'c-1', ...work });
    const [shown] = await until(() => gateway.calls(/progress$/).length > 0 && gateway.calls(/progress$/));
    const output = String(shown?.body['output']);
    expect(output).toMatch(/^\[earlier output was left out\]\n[\d\n]+103000\n$/);
    expect(Buffer.byteLength(output)).toBeLessThanOrEqual(4_096);
  });

  it.each([
    ['a heartbeat', { visibleForMs: 60_000 }],
    ['an extension', { visibleForMs: 600 }],
  ])('is stopped and reported as cancelled when %s says so', async (_what, more) => {
    const allowList = await scriptAllowed('sleep 60');
    if (more.visibleForMs === 600) gateway.heartbeatMs = 60_000;
    agent = startAgent({ url, dataDir: dataDir(), allowList }, { progressEveryMs: 60_000 });
    gateway.offer({ id: 'c-1', ...work, ...more });
    await until(async () => (await runs()) === 1);
    gateway.cancelled.add('c-1');
    const result = await resultOf('c-1');
    expect(result).toMatchObject({ status: 'cancelled', output: 'begun\n', error: { code: 'cancelled' } });
  });

  it('that was cancelled before its start is not begun', async () => {
    const allowList = await scriptAllowed('true');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    gateway.offer({ id: 'c-1', ...work, cancelRequested: true });
    expect(await resultOf('c-1')).toMatchObject({ status: 'cancelled' });
    expect(await runs()).toBe(0);
  });

  it('whose claim was superseded is killed and not spoken of again', async () => {
    const allowList = await scriptAllowed(`echo $$ > ${home.path}/pid; sleep 60`);
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    gateway.offer({ id: 'c-1', ...work, visibleForMs: 600 });
    const pid = await until(
      async () => Number(await readFile(join(home.path, 'pid'), 'utf8').catch(() => '')) || null,
    );
    gateway.supersede('c-1');
    await until(() => agent?.lines.some((line) => line.includes('command abandoned')));
    expect(() => process.kill(pid, 0)).toThrow();
    gateway.offer({ id: 'c-2', ...info });
    await resultOf('c-2');
    expect(gateway.calls(/c-1\/result$/)).toEqual([]);
  });

  it('goes on under a newer claim when it is offered again while it runs', async () => {
    const allowList = await scriptAllowed('sleep 0.7');
    agent = startAgent({ url, dataDir: dataDir(), allowList, capacity: 2 });
    gateway.offer({ id: 'c-1', ...work });
    await until(async () => (await runs()) === 1);
    gateway.offer({ id: 'c-1', ...work });
    expect(await resultOf('c-1')).toMatchObject({ status: 'succeeded' });
    expect(await runs()).toBe(1);
    expect(gateway.calls(/c-1\/result$/)).toHaveLength(1);
  });

  it('runs beside others, as many as there are lanes', async () => {
    const allowList = await scriptAllowed('sleep 0.4');
    agent = startAgent({ url, dataDir: dataDir(), allowList, capacity: 2 });
    for (const id of ['c-1', 'c-2', 'c-3']) gateway.offer({ id, ...work });
    await until(async () => (await runs()) === 2);
    const beat = await until(() => gateway.calls(/heartbeat$/).find(({ body }) => body['status'] === 'busy'));
    expect(beat.body['claimed']).toEqual(['c-1', 'c-2']);
    await resultOf('c-3');
    expect(gateway.calls(/claim$/).every(({ body }) => Number(body['limit']) <= 2)).toBe(true);
  });
});

describe('after a crash', () => {
  const journalOf = async (...lines: object[]): Promise<void> => {
    agent = startAgent({ url, dataDir: dataDir() });
    await until(() => gateway.calls(/claim$/).length > 0);
    await agent.stop();
    await writeFile(
      join(dataDir(), 'journal.jsonl'),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
  };

  it('a command that was begun is not run again but reported as interrupted, at once and when offered', async () => {
    await journalOf({ state: 'started', id: 'c-1', claimToken: 'lost' });
    const allowList = await scriptAllowed('true');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    const early = await until(() => gateway.calls(/c-1\/result$/)[0]);
    expect(early.body).toMatchObject({
      claimToken: 'lost',
      status: 'failed',
      error: { code: 'interrupted' },
    });
    await agent.stop();
    await journalOf({ state: 'started', id: 'c-2', claimToken: 'lost' });
    gateway.offer({ id: 'c-2', ...work });
    gateway.interfere(/c-2\/result$/, problem(409, 'claim_superseded'));
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    expect(await resultOf('c-2')).toMatchObject({ status: 'failed', error: { code: 'interrupted' } });
    expect(await runs()).toBe(0);
  });

  it('a result that was not acknowledged is sent before anything is claimed, and again under a new claim', async () => {
    const result = { status: 'succeeded', output: 'done before', durationMs: 5 };
    await journalOf({ state: 'finished', id: 'c-1', claimToken: 'lost', result });
    gateway.offer({ id: 'c-1', ...work });
    gateway.interfere(/c-1\/result$/, problem(409, 'claim_superseded'));
    const before = gateway.received.length;
    const allowList = await scriptAllowed('true');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    const accepted = await resultOf('c-1');
    expect(accepted).toEqual({ ...result, claimToken: expect.stringMatching(/^claim_/) });
    const spoken = gateway.received.slice(before).filter(({ path }) => path.startsWith('/commands'));
    expect(spoken.map(({ path }) => path).slice(0, 3)).toEqual([
      ...['/commands/c-1/result', '/commands/claim', '/commands/c-1/result'],
    ]);
    expect(await runs()).toBe(0);
  });

  it('a command that was reported long ago is not run again either', async () => {
    await journalOf({ state: 'settled', id: 'c-1' });
    gateway.offer({ id: 'c-1', ...work });
    const allowList = await scriptAllowed('true');
    agent = startAgent({ url, dataDir: dataDir(), allowList });
    expect(await resultOf('c-1')).toMatchObject({ status: 'failed', error: { code: 'already_done' } });
    expect(await runs()).toBe(0);
  });
});
