import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Cancellation } from '../../../src/application/ports/cancellation.js';
import type { Seat } from '../../../src/application/ports/wake-ups.js';
import { provide, use } from '../../../src/composition/provide.js';
import { WAKE_UPS } from '../../../src/composition/tokens.js';
import type { Json, TestDevice } from '../../support/api-client.js';
import { ApiClient, claim, newDevice, propose, signIn, signInDevice } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const path = '/api/v1/device';
const commandId = '018f2b6e-0000-7000-8000-0000000000c0';

let opened: OpenedGateway;
let admin: ApiClient;
let anybody: ApiClient;
let device: TestDevice;
/** Told of everybody who sits down to wait for a command. */
let onWait: (cancellation: Cancellation, left: Promise<unknown>) => void = () => undefined;

beforeAll(async () => {
  opened = await openGateway({
    override: (container) => {
      const wakeUps = use(container, WAKE_UPS);
      provide(container, WAKE_UPS, () => ({
        wake: (deviceId) => wakeUps.wake(deviceId),
        take: async (deviceId) => observed(await wakeUps.take(deviceId)),
      }));
    },
  });
  admin = await signIn(opened.url);
  anybody = new ApiClient(opened.url);
  device = await newDevice(admin);
});

afterAll(async () => {
  await opened.close();
});

/** The same seat, and a word when somebody waits on it. */
function observed(seat: Seat): Seat {
  const left = Promise.withResolvers<undefined>();
  return {
    wait: (ms, cancellation) => {
      onWait(cancellation, left.promise);
      return seat.wait(ms, cancellation);
    },
    leave: () => {
      seat.leave();
      left.resolve(undefined);
    },
  };
}

const outcome = ({ status, body }: { status: number; body: Json }) => [status, body['code']];

/** A new token of the device, for calls with headers of their own. */
const tokenOf = async ({ id, secret }: TestDevice): Promise<string> => {
  const { body } = await anybody.post<{ token: string }>(`${path}/auth`, {
    deviceId: id,
    deviceSecret: secret,
  });
  return body.token;
};

describe('a device', () => {
  const beat = { status: 'ok' };
  let token: string;

  beforeAll(async () => {
    token = await tokenOf(device);
  });

  it('shows its token in either header, or the same one in both', async () => {
    const bearer = `Bearer ${token}`;
    const headers = [
      { authorization: bearer },
      { 'x-device-token': token },
      { 'x-device-token': token, authorization: bearer },
    ];
    const answers = await Promise.all(
      headers.map((given) => anybody.with(given).post(`${path}/heartbeat`, beat)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it.each([
    ['no token', () => ({})],
    ['a token that nobody issued', () => ({ authorization: 'Bearer fgt_nobody' })],
    ['two different tokens', () => ({ authorization: `Bearer ${token}`, 'x-device-token': 'fgt_other' })],
    ['another scheme', () => ({ authorization: `Basic ${token}` })],
    ['a token without end', () => ({ 'x-device-token': 'f'.repeat(513) })],
  ])('is not let in with %s', async (_what, headers: () => Record<string, string>) => {
    const answer = await anybody.with(headers()).post(`${path}/heartbeat`, beat);
    expect(outcome(answer)).toEqual([401, 'unauthenticated']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('beats, and hears when to beat again', async () => {
    const { status, headers, body } = await device.api.post(`${path}/heartbeat`, {
      status: 'busy',
      metrics: { cpu: 0.5 },
    });
    expect([status, body]).toEqual([
      200,
      {
        serverTime: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        nextHeartbeatMs: 30_000,
        pendingCommands: 0,
        cancelRequested: [],
      },
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
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
  ])('is refused %s in a heartbeat', async (_what, body) => {
    expect(outcome(await device.api.post(`${path}/heartbeat`, body))).toEqual([400, 'invalid_request']);
  });

  it('claims nothing from an empty queue, without any body', async () => {
    const { status, body } = await device.api.post(`${path}/commands/claim`);
    expect([status, body]).toEqual([200, { commands: [] }]);
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
  ])('is refused the claim %j', async (body) => {
    expect((await device.api.post(`${path}/commands/claim`, body)).status).toBe(400);
  });

  it('is told that it has no such command when the id is none', async () => {
    const answer = await device.api.post(`${path}/commands/42/extend`, {
      claimToken: 't',
      extensionMs: 1_000,
    });
    expect(outcome(answer)).toEqual([404, 'command_not_found']);
  });

  it('signs out, and that token is dead', async () => {
    const api = await signInDevice(opened.url, device.id, device.secret);
    const out = await api.send('DELETE', `${path}/auth`);
    expect([out.status, out.body]).toEqual([204, {}]);
    expect((await api.post(`${path}/heartbeat`, beat)).status).toBe(401);
    expect((await device.api.post(`${path}/heartbeat`, beat)).status).toBe(200);
  });

  it('gets nothing by a poll that waited while its token was signed out', async () => {
    const api = await signInDevice(opened.url, device.id, device.secret);
    const waits = new Promise<void>((resolve) => (onWait = () => resolve()));
    const parked = api.post(`${path}/commands/claim`, { waitMs: 20_000, attemptId: 'signed-out' });
    await waits;
    onWait = () => undefined;
    await api.send('DELETE', `${path}/auth`);
    const id = await propose(admin, device.id);
    expect(outcome(await parked)).toEqual([401, 'unauthenticated']);
    // Not taken, not held, and no attempt lost.
    const [next] = await claim(device.api, { attemptId: 'signed-in' });
    expect(next).toMatchObject({ id, attempt: 1 });
    const report = {
      claimToken: next?.claimToken,
      status: 'succeeded',
      startedAt: '2026-01-01T02:00:00+02:00',
    };
    const answer = await device.api.post(`${path}/commands/${id}/result`, report);
    expect(answer.status).toBe(200);
    // The same instant, spelled otherwise, is the same report; and it is told as all times are.
    const again = { ...report, startedAt: '2026-01-01T00:00:00Z' };
    expect(await device.api.post(`${path}/commands/${id}/result`, again)).toMatchObject({
      status: 200,
      body: answer.body,
    });
    const { body } = await admin.get(`/api/v1/customer/commands/${id}`);
    expect(body['result']).toMatchObject({ startedAt: '2026-01-01T00:00:00.000Z' });
  });
});

describe('what a device reports', () => {
  async function claimed(): Promise<{
    readonly under: string;
    readonly token: string;
    readonly read: string;
  }> {
    const id = await propose(admin, device.id);
    const [first] = await claim(device.api);
    expect(first?.id).toBe(id);
    return {
      under: `${path}/commands/${id}`,
      token: first?.claimToken ?? '',
      read: `/api/v1/customer/commands/${id}`,
    };
  }

  it.each([
    ['result', { status: 'succeeded', output: 'é'.repeat(131_073) }],
    ['result', { status: 'succeeded', data: { text: 'x'.repeat(262_144) } }],
    ['progress', { message: 'x'.repeat(4_097) }],
    ['progress', { output: 'x'.repeat(262_145) }],
  ])('is refused when a %s is too large', async (verb, body) => {
    const answer = await device.api.post(`${path}/commands/${commandId}/${verb}`, {
      claimToken: 't',
      ...body,
    });
    expect(outcome(answer)).toEqual([413, 'payload_too_large']);
  });

  it.each([
    ['result', 'half a surrogate pair', { status: 'failed', output: '\ud800' }],
    ['progress', 'half a surrogate pair', { output: 'a\udc00' }],
    ['result', 'NUL deep inside its data', { status: 'failed', data: { a: ['\0'] } }],
    [
      'result',
      'more levels than anybody needs',
      { status: 'failed', data: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown },
    ],
  ])('is refused when a %s holds %s', async (verb, _what, body) => {
    const answer = await device.api.post(`${path}/commands/${commandId}/${verb}`, {
      claimToken: 't',
      ...body,
    });
    expect(outcome(answer)).toEqual([400, 'invalid_request']);
  });

  it('may hold NUL where a program printed it, and comes back as it was', async () => {
    const { under, token: claimToken, read } = await claimed();
    const output = 'a\0b\\u0000\u001b[0m\uffff😀\0';
    const progress = await device.api.post(`${under}/progress`, { claimToken, message: 'half\0', output });
    expect(progress.status).toBe(200);
    expect((await admin.get(read)).body['progress']).toMatchObject({ message: 'half\0', output });

    const report = { claimToken, status: 'succeeded', output: `${output}!` };
    const first = await device.api.post(`${under}/result`, report);
    const again = await device.api.post(`${under}/result`, report);
    expect([first, again].map(({ status, body }) => [status, body['state']])).toEqual([
      [200, 'succeeded'],
      [200, 'succeeded'],
    ]);
    expect((await admin.get(read)).body['result']).toMatchObject({ output: `${output}!` });
  });

  it('may be as large as it may be, and comes back as it was', async () => {
    const { under, token: claimToken, read } = await claimed();
    const output = 'é'.repeat(131_072);
    const { status } = await device.api.post(`${under}/result`, { claimToken, status: 'succeeded', output });
    expect(status).toBe(200);
    const { result } = (await admin.get<{ result: { output: string } }>(read)).body;
    expect(result.output === output).toBe(true);
  });
});

describe('a long poll', () => {
  it('is given up when the device hangs up, and takes nothing afterwards', async () => {
    const waits = Promise.withResolvers<{ cancellation: Cancellation; left: Promise<unknown> }>();
    onWait = (cancellation, left) => {
      waits.resolve({ cancellation, left });
    };
    const controller = new AbortController();
    const poll = fetch(`${opened.url}${path}/commands/claim`, {
      method: 'POST',
      headers: { 'x-device-token': await tokenOf(device), 'content-type': 'application/json' },
      body: '{"waitMs":25000}',
      signal: controller.signal,
    });
    const { cancellation, left } = await waits.promise;
    expect(cancellation.aborted).toBe(false);
    controller.abort();
    await expect(poll).rejects.toThrow();
    await left;
    expect(cancellation.aborted).toBe(true);

    const id = await propose(admin, device.id);
    expect(await claim(device.api)).toEqual([expect.objectContaining({ id, attempt: 1 })]);
  });
});

describe('budgets', () => {
  it('are told with every answer', async () => {
    const { api } = await newDevice(admin);
    const { headers } = await api.post(`${path}/heartbeat`, { status: 'ok' });
    expect(headers.get('ratelimit-policy')).toBe('"device";q=600;w=60');
    expect(headers.get('ratelimit')).toBe('"device";r=599;t=60');
  });

  it('of sign-ins are counted for the address and for the device', async () => {
    const guess = (deviceId: string) => anybody.post(`${path}/auth`, { deviceId, deviceSecret: 'guess' });
    const first = await guess('kiosk-1');
    expect(outcome(first)).toEqual([401, 'invalid_credentials']);
    expect(first.headers.get('ratelimit-policy')).toBe(
      '"sign-in-address";q=60;w=60, "sign-in-device";q=10;w=60',
    );
    for (let tries = 2; tries <= 10; tries += 1) await guess('kiosk-1');
    const refused = await guess('kiosk-1');
    expect(outcome(refused)).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    expect((await guess('kiosk-2')).status).toBe(401);
  });
});
