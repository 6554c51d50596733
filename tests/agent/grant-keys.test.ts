import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllowList } from '../../agent/allow-list.js';
import { startAgent } from './agent-under-test.js';
import type { RunningAgent } from './agent-under-test.js';
import { installTool } from './executor-context.js';
import { GrantMaker } from './grant-maker.js';
import { StandInGateway } from './stand-in-gateway.js';
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
const resultOf = (id: string): Promise<Record<string, unknown>> => until(() => gateway.results.get(id));
const runs = async (): Promise<number> =>
  (await readFile(join(home.path, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;
const work = { type: 'run_script', parameters: { script: 'work' } };

/** An agent whose operator allows a script that counts its runs. */
async function start(): Promise<void> {
  const path = await installTool(home.path, 'work', `echo run >> ${home.path}/runs`);
  const allowList = parseAllowList({ scripts: { work: { path } } });
  agent = startAgent({ url, dataDir: dataDir(), allowList });
}

describe('a gateway that has changed its key', () => {
  const pinnedXs = async (): Promise<string[]> => {
    const saved = JSON.parse(await readFile(join(dataDir(), 'device.json'), 'utf8')) as {
      grantKeys: { keys: { x: string }[] };
    };
    return saved.grantKeys.keys.map(({ x }) => x);
  };
  const [first, second, third] = [new GrantMaker(), new GrantMaker(), new GrantMaker()];
  const useKey = (key: GrantMaker): void => {
    gateway.keys = key;
  };
  beforeEach(() => {
    gateway.pinned = [first];
    useKey(first);
  });

  it('is believed over as many changes as the device slept through, and the pins are kept', async () => {
    await start();
    gateway.offer({ id: 'c-1', ...work });
    expect(await resultOf('c-1')).toMatchObject({ status: 'succeeded' });
    await agent?.stop();
    // In the wrong order: what counts is who speaks for whom.
    gateway.successions = [await second.succession(third), await first.succession(second)];
    useKey(third);
    await start();
    gateway.offer({ id: 'c-2', ...work });
    expect(await resultOf('c-2')).toMatchObject({ status: 'succeeded' });
    expect(await pinnedXs()).toEqual([third, second, first].map(({ publicJwk }) => publicJwk['x']));
    expect((await stat(join(dataDir(), 'device.json'))).mode & 0o777).toBe(0o600);
    await agent?.stop();
    gateway.successions = [];
    await start();
    gateway.offer({ id: 'c-3', ...work });
    expect(await resultOf('c-3')).toMatchObject({ status: 'succeeded' });
    expect(gateway.calls(/register$/)).toHaveLength(1);
  });

  it('may use its former key until the time that the statement says, and no longer', async () => {
    gateway.successions = [await first.succession(second)];
    await start();
    useKey(second);
    gateway.offer({ id: 'c-1', ...work });
    expect(await resultOf('c-1')).toMatchObject({ status: 'succeeded' });
    useKey(first);
    gateway.offer({ id: 'c-2', ...work });
    expect(await resultOf('c-2')).toMatchObject({ status: 'succeeded' });
    gateway.aheadMs = 3_700_000;
    await until(() => gateway.calls(/heartbeat$/).length > 4 && gateway.calls(/heartbeat$/));
    const beats = gateway.calls(/heartbeat$/).length;
    await until(() => gateway.calls(/heartbeat$/).length > beats + 1);
    gateway.offer({ id: 'c-3', ...work });
    expect(await resultOf('c-3')).toMatchObject({
      error: { code: 'grant_invalid', message: expect.stringContaining('former key') },
    });
  });

  it.each<[string, () => Promise<string[]>]>([
    ['no statement', () => Promise.resolve([])],
    ['a statement by the new key itself', async () => [await second.succession(second)]],
    ['a statement by a key that was never pinned', async () => [await third.succession(second)]],
    [
      'a statement whose signature was moved from another',
      async () => {
        const [genuine, forged] = [await first.succession(third), await third.succession(second)];
        const [header = ''] = genuine.split('.');
        return [`${header}.${forged.split('.')[1] ?? ''}.${genuine.split('.')[2] ?? ''}`];
      },
    ],
    [
      'a grant in place of a statement',
      async () => [
        await first.grant(
          { id: 'c-0', ...work, deliveryClass: 'at_least_once', nowMs: Date.now() },
          { claims: { key: second.publicJwk, formerUntil: 9_999_999_999 } },
        ),
      ],
    ],
    [
      'a second statement by a key that has spoken',
      async () => [await first.succession(third), await first.succession(second)],
    ],
  ])('is not believed with %s, whatever its key set says', async (_what, statements) => {
    gateway.successions = await statements();
    useKey(second);
    await start();
    gateway.offer({ id: 'c-1', ...work });
    expect(await resultOf('c-1')).toMatchObject({
      error: { code: 'grant_invalid', message: expect.stringContaining('does not trust') },
    });
    expect(await runs()).toBe(0);
    expect(await pinnedXs()).not.toContain(second.publicJwk['x']);
  });

  it('is asked once in 30 seconds: what comes meanwhile is given back, not refused', async () => {
    await start();
    useKey(second);
    gateway.offer({ id: 'c-1', ...work });
    expect(await resultOf('c-1')).toMatchObject({ error: { code: 'grant_invalid' } });
    gateway.offer({ id: 'c-2', ...work });
    const { body } = await until(() => gateway.calls(/c-2\/release$/)[0]);
    expect(body).toMatchObject({ reason: 'grant_key_unknown' });
    expect(Number(body['delayMs'])).toBeGreaterThan(20_000);
    expect(Number(body['delayMs'])).toBeLessThanOrEqual(30_000);
    expect(gateway.calls(/well-known/)).toHaveLength(1);
  });

  it('that cannot be asked gets the command back, not a refusal', async () => {
    gateway.interfere(/well-known/, { status: 503 });
    await start();
    useKey(second);
    gateway.offer({ id: 'c-1', ...work });
    const { body } = await until(() => gateway.calls(/c-1\/release$/)[0]);
    expect(body).toMatchObject({ delayMs: 30_000, reason: 'grant_key_unknown' });
    expect(gateway.results.has('c-1')).toBe(false);
  });
});
