import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllowList } from '../../agent/allow-list.js';
import { startAgent } from './agent-under-test.js';
import type { RunningAgent } from './agent-under-test.js';
import { installTool } from './executor-context.js';
import { GrantMaker } from './grant-maker.js';
import type { Handed } from './grant-maker.js';
import { StandInGateway } from './stand-in-gateway.js';
import { temporaryDirectory } from './temporary-directory.js';
import { until } from './until.js';

type MakeGrant = (keys: GrantMaker, command: Handed) => Promise<string | null>;

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
async function start(changes: Parameters<typeof startAgent>[1] = {}, capacity = 1): Promise<void> {
  const path = await installTool(home.path, 'work', `echo run >> ${home.path}/runs`);
  const other = await installTool(home.path, 'other', `echo run >> ${home.path}/others`);
  const allowList = parseAllowList({ scripts: { work: { path, args: true }, other: { path: other } } });
  agent = startAgent({ url, dataDir: dataDir(), allowList, capacity }, changes);
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The parts of a compact JWS, each as JSON. */
function opened(grant: string): { header: object; payload: Record<string, unknown>; signature: string } {
  const [header = '', payload = '', signature = ''] = grant.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  return { header: read(header), payload: { ...read(payload) }, signature };
}

const right: MakeGrant = (keys, command) => keys.grant(command);

describe('a command with the right grant', () => {
  it('runs, by the gateway’s clock, however wrong that of the device is', async () => {
    gateway.aheadMs = 20 * 365 * 86_400_000;
    await start({ now: () => 0 });
    gateway.offer({ id: 'c-1', ...work });
    expect(await resultOf('c-1')).toMatchObject({ status: 'succeeded' });
  });

  it('runs whatever the order of its members on the way', async () => {
    await start();
    gateway.offer({
      ...{ id: 'c-1', type: 'run_script', parameters: { script: 'work', args: ['é', '\u2028'] } },
      tamper: (claimed) => ({ ...claimed, parameters: { args: ['é', '\u2028'], script: 'work' } }),
    });
    expect(await resultOf('c-1')).toMatchObject({ status: 'succeeded' });
  });
});

describe('a command that is not the one that was approved', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['a parameter', { parameters: { script: 'other' } }, 'not the one that was approved'],
    ['one parameter more', { parameters: { script: 'work', args: [] } }, 'not the one that was approved'],
    ['its type', { type: 'system_info', parameters: {} }, 'not the one that was approved'],
    ['its delivery class', { deliveryClass: 'at_most_once' }, 'not the one that was approved'],
    ['its grant, which is gone', { grant: null }, 'without a grant'],
    ['its grant, which is empty', { grant: '' }, 'without a grant'],
    ['its grant, which is none', { grant: 'x' }, 'not a signed token'],
    ['its grant, which is half', { grant: 'e30.e30' }, 'not a signed token'],
  ])('because somebody changed %s is refused and not run', async (_what, change, words) => {
    await start();
    gateway.offer({ id: 'c-1', ...work, tamper: (claimed) => ({ ...claimed, ...change }) });
    expect(await resultOf('c-1')).toMatchObject({
      ...{ status: 'refused', error: { code: 'grant_invalid', message: expect.stringContaining(words) } },
    });
    expect(await runs()).toBe(0);
  });

  it('because it was given another id is refused under that id', async () => {
    await start();
    gateway.offer({ id: 'c-2', ...work, grant: (keys, command) => keys.grant({ ...command, id: 'c-1' }) });
    expect(await resultOf('c-2')).toMatchObject({
      ...{
        status: 'refused',
        error: { code: 'grant_invalid', message: 'The grant is for another command.' },
      },
    });
    gateway.offer({
      ...{ id: 'c-3', ...work },
      grant: (keys, command) => keys.grant({ ...command, id: 'c-1' }, { jti: 'c-3' }),
    });
    expect(await resultOf('c-3')).toMatchObject({
      error: { message: expect.stringContaining('not the one that was approved') },
    });
    expect(await runs()).toBe(0);
  });
});

describe('a grant', () => {
  const stranger = new GrantMaker();
  const cases: [string, MakeGrant, string][] = [
    [
      'for another device',
      (keys, command) => keys.grant(command, { deviceId: 'device-2' }),
      'for another device',
    ],
    [
      'of another customer',
      (keys, command) => keys.grant(command, { customerId: 'customer-2' }),
      'another customer',
    ],
    ['that has expired', (keys, command) => keys.grant(command, { endsInMs: -1 }), 'has expired'],
    ['by a key that was never pinned', (_keys, command) => stranger.grant(command), 'does not trust'],
    [
      'by a strange key under a known name',
      (keys, command) => stranger.grant(command, { header: { kid: keys.keyId } }),
      'signature of the grant does not fit',
    ],
    [
      'that is of another type of token',
      (keys, command) => keys.grant(command, { header: { typ: 'JWT' } }),
      'in place of the grant',
    ],
    ['that names no key', (keys, command) => keys.grant(command, { header: { kid: '' } }), 'does not trust'],
    [
      'whose envelope is missing',
      (keys, command) => keys.grant(command, { claims: { envelope: undefined } }),
      'does not say what was approved',
    ],
    [
      'whose envelope says something else than its digest',
      (keys, command) => keys.grant(command, { claims: { envelope: { customerId: 'customer-1' } } }),
      'not the one that was approved',
    ],
    [
      'without a signature',
      async (keys, command) => {
        const { payload } = opened(await keys.grant(command));
        const header = { alg: 'none', typ: 'fieldgate-grant+jwt', kid: keys.keyId };
        return `${encoded(header)}.${encoded(payload)}.`;
      },
      'signed with "none"',
    ],
    [
      'with the public key as a shared secret',
      async (keys, command) => {
        const { payload } = opened(await keys.grant(command));
        const header = { alg: 'HS256', typ: 'fieldgate-grant+jwt', kid: keys.keyId };
        const signed = `${encoded(header)}.${encoded(payload)}`;
        const secret = Buffer.from(keys.publicJwk['x'] ?? '', 'base64url');
        return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
      },
      'signed with "HS256"',
    ],
    [
      'whose end was moved',
      async (keys, command) => {
        const { header, payload, signature } = opened(await keys.grant(command, { endsInMs: -1 }));
        return `${encoded(header)}.${encoded({ ...payload, exp: 9_999_999_999 })}.${signature}`;
      },
      'signature of the grant does not fit',
    ],
    [
      'that brings its own key along',
      async (_keys, command) => {
        const { header, payload } = opened(await stranger.grant(command));
        return `${encoded({ ...header, jwk: stranger.publicJwk })}.${encoded(payload)}.AAAA`;
      },
      'does not trust',
    ],
  ];

  it.each(cases)('%s is refused and nothing is run', async (_what, grant, words) => {
    await start();
    gateway.offer({ id: 'c-1', ...work, grant });
    expect(await resultOf('c-1')).toMatchObject({
      ...{ status: 'refused', error: { code: 'grant_invalid', message: expect.stringContaining(words) } },
    });
    expect(await runs()).toBe(0);
    expect(agent?.lines.join('')).toContain('grant_invalid');
  });

  it('is good for one run: the command that it allowed is not run again', async () => {
    await start();
    gateway.offer({ id: 'c-1', ...work });
    expect(await resultOf('c-1')).toMatchObject({ status: 'succeeded' });
    await until(() => agent?.lines.some((line) => line.includes('result recorded')));
    gateway.results.clear();
    gateway.offer({ id: 'c-1', ...work, grant: right });
    expect(await resultOf('c-1')).toMatchObject({ status: 'failed', error: { code: 'already_done' } });
    expect(await runs()).toBe(1);
  });

  it('cannot be lent to what comes under the same id while the command is being judged', async () => {
    gateway.interfere(/heartbeat$/, { status: 503 });
    gateway.offer({ id: 'c-1', ...work });
    gateway.offer({ id: 'c-1', type: 'run_script', parameters: { script: 'other' } });
    await start({}, 2);
    expect(await resultOf('c-1')).toMatchObject({ status: 'succeeded' });
    expect(await runs()).toBe(1);
    await expect(stat(join(home.path, 'others'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
