import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { away } from '../../support/http/away.js';
import type { Door } from '../../support/http/door.js';
import { annsToken, openDoor } from '../../support/http/door.js';

const commandId = '018f2b6e-0000-7000-8000-0000000000c0';

let door: Door;

beforeEach(async () => {
  door = await openDoor();
});

afterEach(async () => {
  await door.app.close();
});

async function call(path: string, payload: object, headers: Record<string, string> = authorised()) {
  const url = `/api/v1/device${path}`;
  const answer = await door.app.inject({ method: 'POST', url, headers, payload });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.json<{ readonly code?: string } & Record<string, unknown>>(),
  };
}

const authorised = (): Record<string, string> => ({ authorization: `Bearer ${door.deviceToken}` });

describe('a device', () => {
  it('shows its token in either header, or the same one in both', async () => {
    const beat = { status: 'ok' };
    const token = door.deviceToken;
    const bearer = `Bearer ${token}`;
    const answers = await Promise.all([
      call('/heartbeat', beat),
      call('/heartbeat', beat, { 'x-device-token': token }),
      call('/heartbeat', beat, { 'x-device-token': token, authorization: bearer }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it.each([
    ['no token', () => ({})],
    ['a token that nobody issued', () => ({ authorization: 'Bearer fgt_nobody' })],
    ['two different tokens', () => ({ ...authorised(), 'x-device-token': 'fgt_other' })],
    ['another scheme', () => ({ authorization: `Basic ${door.deviceToken}` })],
    ['a token without end', () => ({ 'x-device-token': 'f'.repeat(513) })],
  ])('is not let in with %s', async (_what, headers: () => Record<string, string>) => {
    const { status, headers: answered, body } = await call('/heartbeat', { status: 'ok' }, headers());
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
    expect(answered['www-authenticate']).toBe('Bearer');
  });

  it('beats, and hears when to beat again', async () => {
    const { status, headers, body } = await call('/heartbeat', { status: 'busy', metrics: { cpu: 0.5 } });
    expect(status).toBe(200);
    expect(body).toEqual({
      serverTime: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      nextHeartbeatMs: 30_000,
      pendingCommands: 0,
      cancelRequested: [],
    });
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['a status that does not exist', { status: 'fine' }],
    ['a metric that is no number', { status: 'ok', metrics: { cpu: '1' } }],
    [
      'too many metrics',
      {
        status: 'ok',
        metrics: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`m${String(i)}`, 1])),
      },
    ],
    ['ids that are none', { status: 'ok', claimed: ['x'] }],
    ['a field that nobody knows', { status: 'ok', colour: 'red' }],
  ])('is refused %s in a heartbeat', async (_what, beat) => {
    const { status, body } = await call('/heartbeat', beat);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
  });

  it('claims nothing from an empty queue, without any body', async () => {
    const answer = await door.app.inject({
      method: 'POST',
      url: '/api/v1/device/commands/claim',
      headers: authorised(),
    });
    expect([answer.statusCode, answer.json()]).toEqual([200, { commands: [] }]);
  });

  it.each([
    { limit: 0 },
    { limit: 11 },
    { limit: '1' },
    { waitMs: 25_001 },
    { visibilityTimeoutMs: 999 },
    { visibilityTimeoutMs: 43_200_001 },
    { attemptId: '' },
    { attemptId: 'a b' },
  ])('is refused the claim %j', async (claim) => {
    expect((await call('/commands/claim', claim)).status).toBe(400);
  });

  it('gets an empty answer from its long poll as soon as the shutdown starts', async () => {
    const parked = call('/commands/claim', { waitMs: 25_000 });
    const busy = await call('/heartbeat', { status: 'ok' });
    door.stop();
    expect(busy.status).toBe(200);
    expect((await parked).body).toEqual({ commands: [] });
  });

  it('is told that it has no such command when the id is none', async () => {
    const body = { claimToken: 't', extensionMs: 1_000 };
    expect(await call('/commands/42/extend', body)).toMatchObject({
      status: 404,
      body: { code: 'command_not_found' },
    });
  });

  it.each([
    ['result', { status: 'succeeded', output: 'é'.repeat(131_073) }],
    ['result', { status: 'succeeded', data: { text: 'x'.repeat(262_144) } }],
    ['progress', { message: 'x'.repeat(4_097) }],
    ['progress', { output: 'x'.repeat(262_145) }],
  ])('is refused a %s that is too large', async (verb, body) => {
    const answer = await call(`/commands/${commandId}/${verb}`, { claimToken: 't', ...body });
    expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large']);
  });

  it.each([
    ['half a surrogate pair', { output: '\ud800' }],
    ['NUL deep inside', { data: { a: ['\0'] } }],
    ['more levels than anybody needs', { data: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown }],
  ])('is refused a result with %s', async (_what, part) => {
    const answer = await call(`/commands/${commandId}/result`, {
      claimToken: 't',
      status: 'failed',
      ...part,
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
  });

  it('may send the largest result, and is asked to repeat it while the record is away', async () => {
    const body = { claimToken: 't', status: 'succeeded', output: 'x'.repeat(262_144) };
    const { status, headers } = await call(`/commands/${commandId}/result`, body);
    expect([status, headers['retry-after']]).toEqual([503, '1']);
  });

  it('signs out, and its token is dead', async () => {
    const out = await door.app.inject({
      method: 'DELETE',
      url: '/api/v1/device/auth',
      headers: authorised(),
    });
    expect([out.statusCode, out.body]).toEqual([204, '']);
    expect((await call('/heartbeat', { status: 'ok' })).status).toBe(401);
  });
});

describe('budgets', () => {
  it('are told with every answer', async () => {
    const { headers } = await call('/heartbeat', { status: 'ok' });
    expect(headers['ratelimit-policy']).toBe('"device";q=600;w=60');
    expect(headers['ratelimit']).toBe('"device";r=599;t=60');
  });

  it('of sign-ins are counted for the address and for the device', async () => {
    const signIn = () => call('/auth', { deviceId: 'kiosk-1', deviceSecret: 'guess' }, {});
    const first = await signIn();
    expect(first.headers['ratelimit-policy']).toBe('"sign-in-address";q=60;w=60, "sign-in-device";q=10;w=60');
    for (let tries = 2; tries <= 10; tries += 1) await signIn();
    const { status, headers, body } = await signIn();
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(60);
    expect((await call('/auth', { deviceId: 'kiosk-2', deviceSecret: 'guess' }, {})).status).toBe(503);
  });

  it('of people do not stand in the way while their store is away', async () => {
    const without = await openDoor({ rateLimiter: away() });
    const headers = { authorization: `Bearer ${annsToken}` };
    const me = await without.app.inject({ url: '/api/v1/customer/me', headers });
    const signIn = await without.app.inject({
      method: 'POST',
      url: '/api/v1/device/auth',
      payload: { deviceId: 'kiosk-1', deviceSecret: 'guess' },
    });
    await without.app.close();
    expect([me.statusCode, signIn.statusCode]).toEqual([200, 503]);
  });
});
