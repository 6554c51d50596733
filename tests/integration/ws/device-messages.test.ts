import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ApiClient, Json, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose, signIn } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { SocketClient } from '../../support/socket-client.js';
import { connectDevice, tokenOf } from './device-line.js';

let opened: OpenedGateway;
let admin: ApiClient;
let device: TestDevice;
let line: SocketClient;

beforeAll(async () => {
  opened = await openGateway({
    environment: { RATE_DEVICE_PER_MINUTE: '200', RATE_SIGN_IN_PER_ADDRESS: '100000' },
  });
  admin = await signIn(opened.url);
});
beforeEach(async () => {
  device = await newDevice(admin);
  line = await connectDevice(opened.url, device);
});
afterEach(async () => {
  await line.close();
});
afterAll(async () => {
  await opened.close();
});

describe('a device that signs in', () => {
  it('is greeted when it shows its token with the handshake', () => {
    expect(line.messages).toMatchObject([
      { type: 'welcome', deviceId: device.id, serverTime: expect.any(String), heartbeatIntervalMs: 30_000 },
    ]);
  });

  it('is greeted when it shows its token in the first message', async () => {
    const stranger = await SocketClient.open(opened.url, '/ws/device');
    const token = await tokenOf(opened.url, device);
    expect(await stranger.ask({ type: 'auth', token })).toMatchObject({
      type: 'welcome',
      deviceId: device.id,
    });
    expect(await stranger.ask({ type: 'heartbeat', status: 'ok' })).toMatchObject({ type: 'heartbeat.ok' });
    await stranger.close();
  });

  it('is refused with a token that is none, in either way', async () => {
    const authorization = 'Bearer fgt_none';
    await expect(SocketClient.open(opened.url, '/ws/device', { authorization })).rejects.toThrow('401');
    const stranger = await SocketClient.open(opened.url, '/ws/device');
    expect(await stranger.ask({ type: 'auth', token: 'fgt_none' })).toMatchObject({
      type: 'error',
      problem: { code: 'unauthenticated' },
    });
    expect((await stranger.ended).code).toBe(4401);
  });
});

describe('what a device says over its socket', () => {
  interface Claim {
    readonly commandId: string;
    readonly claimToken: string;
  }
  async function claimed(by: TestDevice): Promise<Claim> {
    await propose(admin, by.id);
    const [first] = await claim(by.api);
    return { commandId: first?.id ?? '', claimToken: first?.claimToken ?? '' };
  }
  const bodies: Readonly<Record<string, Json>> = {
    extend: { extensionMs: 90_000 },
    progress: { percent: 50, message: 'half' },
    release: { delayMs: 60_000, reason: 'not now' },
    result: { status: 'succeeded', output: 'done' },
  };
  const replies: Readonly<Record<string, string>> = {
    extend: 'extended',
    progress: 'progress.ok',
    release: 'released',
    result: 'result.ok',
  };
  const verbs = Object.keys(bodies);

  /** The same thing said over the socket and as a request: what differs by nature is left out. */
  async function both(verb: string, here: Claim & Json, there: Claim & Json): Promise<[Json, Json]> {
    const { type, ...said } = await line.ask({ ...here, type: verb });
    const { commandId, ...body } = there;
    const path = `/api/v1/device/commands/${commandId}/${verb}`;
    const answer = await device.api.post(path, body);
    const asked = type === 'error' ? (said['problem'] as Json) : said;
    expect(type === 'error').toBe(answer.status !== 200);
    if (type !== 'error') expect(type).toBe(replies[verb]);
    return [bare(asked), bare(answer.body)];
  }
  const bare = (said: Json): Json =>
    Object.fromEntries(Object.entries(said).filter(([name]) => name !== 'requestId' && name !== 'id'));

  it.each(verbs)('is answered as the request would be: %s', async (verb) => {
    const [one, other] = [await claimed(device), await claimed(device)];
    const [said, answered] = await both(verb, { ...one, ...bodies[verb] }, { ...other, ...bodies[verb] });
    expect(said).toEqual(answered);
  });

  it.each(verbs)('is refused as the request would be, under a claim that is none: %s', async (verb) => {
    const [one, other] = [await claimed(device), await claimed(device)];
    const more = { ...bodies[verb], claimToken: 'fgc_none' };
    const [said, answered] = await both(verb, { ...one, ...more }, { ...other, ...more });
    expect(said).toEqual(answered);
    expect(said).toMatchObject({ code: 'claim_superseded' });
  });

  it.each(verbs)(
    'is refused as the request would be, about what is no command of its own: %s',
    async (verb) => {
      const foreign = await claimed(await newDevice(admin));
      for (const commandId of [foreign.commandId, randomUUID(), 'none']) {
        const about = { ...foreign, ...bodies[verb], commandId };
        const [said, answered] = await both(verb, about, about);
        expect(said).toEqual(answered);
        expect(said).toMatchObject({ code: 'command_not_found', status: 404 });
      }
    },
  );

  it.each(verbs)('is refused as the request would be, with members that do not fit: %s', async (verb) => {
    const one = await claimed(device);
    for (const wrong of [
      { extensionMs: 'long', percent: 101, delayMs: -1, status: 'fine' },
      { surplus: 1 },
    ]) {
      const [said, answered] = await both(verb, { ...one, ...wrong }, { ...one, ...wrong });
      expect(said).toEqual(answered);
      expect(said).toMatchObject({ code: 'invalid_request', status: 400 });
    }
  });

  it('is refused where it names no command at all', async () => {
    expect(await line.ask({ type: 'extend', claimToken: 'x', extensionMs: 1_000 })).toMatchObject({
      problem: { code: 'invalid_request', errors: [{ path: 'commandId' }] },
    });
  });

  it('is answered as the request would be: heartbeat', async () => {
    const { commandId } = await claimed(device);
    await propose(admin, device.id);
    const beat = { status: 'busy', metrics: { cpu: 0.5 }, agentVersion: '1.0', claimed: [commandId] };
    await admin.post(`/api/v1/customer/commands/${commandId}/cancel`);
    const said = await line.ask({ type: 'heartbeat', ...beat });
    const { body } = await device.api.post('/api/v1/device/heartbeat', beat);
    expect(said).toMatchObject({ type: 'heartbeat.ok', pendingCommands: 1, cancelRequested: [commandId] });
    expect({ ...bare(said), serverTime: '' }).toEqual({ ...body, type: 'heartbeat.ok', serverTime: '' });
    const status = await admin.get(`/api/v1/customer/devices/${device.id}/status`);
    expect(status.body).toMatchObject({ metrics: { latest: { cpu: 0.5 } } });
  });

  it('claims what a request would claim, and repeats it by its attempt id', async () => {
    const ids = [await propose(admin, device.id), await propose(admin, device.id)];
    const asked = { limit: 10, visibilityTimeoutMs: 30_000, attemptId: 'one' };
    const said = await line.ask({ type: 'claim', ...asked });
    expect(said).toMatchObject({ type: 'claimed', commands: ids.map((id) => ({ id, attempt: 1 })) });
    const repeated = await claim(device.api, asked);
    const tokens = (said['commands'] as readonly Json[]).map(({ claimToken }) => claimToken);
    expect(repeated.map(({ claimToken }) => claimToken)).toEqual(tokens);
    expect(await line.ask({ type: 'claim' })).toMatchObject({ type: 'claimed', commands: [] });
    expect(await line.ask({ type: 'claim', limit: 11 })).toMatchObject({
      problem: { code: 'invalid_request' },
    });
  });

  it('waits for a first command while other messages are answered', async () => {
    const waiting = line.ask({ type: 'claim', waitMs: 20_000 });
    expect(await line.ask({ type: 'heartbeat', status: 'ok' })).toMatchObject({ type: 'heartbeat.ok' });
    const id = await propose(admin, device.id);
    expect(await waiting).toMatchObject({ type: 'claimed', commands: [{ id }] });
  });

  it.each([
    { capacity: -1 },
    { capacity: 101 },
    { capacity: 1.5 },
    {},
    { capacity: 1, attemptId: '' },
    { capacity: 1, attemptId: 'with spaces' },
    { capacity: 1, attemptId: 'x'.repeat(129) },
  ])('is refused when it is ready for what there cannot be: %j', async (body) => {
    expect(await line.ask({ type: 'ready', ...body })).toMatchObject({
      type: 'error',
      problem: {
        code: 'invalid_request',
        errors: [{ path: expect.stringMatching(/^(capacity|attemptId)$/) }],
      },
    });
  });

  it('is within the budget of the device, as its requests are', async () => {
    let refused: Json | undefined;
    // Slower than a connection may speak, and faster than its budget grows.
    for (let n = 0; n < 50; n += 1) await device.api.post('/api/v1/device/heartbeat', { status: 'ok' });
    for (let n = 0; n < 4 && refused === undefined; n += 1) {
      await Promise.all(
        Array.from({ length: 50 }, () => device.api.post('/api/v1/device/heartbeat', { status: 'ok' })),
      );
      const said = await line.ask({ type: 'heartbeat', status: 'ok' });
      if (said.type === 'error') refused = said;
    }
    expect(refused).toMatchObject({ problem: { code: 'rate_limited', status: 429 } });
    // It stays, and the next message is answered.
    expect(await line.ask({ type: 'nonsense' })).toMatchObject({ problem: { code: 'invalid_request' } });
  });
});

describe('a gateway that stops', () => {
  it('answers a claim that waits with nothing, and lets the device go', async () => {
    const stopping = await openGateway();
    try {
      const somebody = await signIn(stopping.url);
      const stopped = await newDevice(somebody);
      const last = await connectDevice(stopping.url, stopped);
      await last.ask({ type: 'ready', capacity: 1 });
      const waiting = last.ask({ type: 'claim', waitMs: 25_000, limit: 1 });
      await last.ask({ type: 'heartbeat', status: 'ok' });
      const began = performance.now();
      const stop = stopping.stop();
      expect(await waiting).toMatchObject({ type: 'claimed', commands: [] });
      const end = await last.ended;
      await stop;
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(end.code).toBe(1001);
      const types = last.messages.map(({ type }) => type);
      expect(types.slice(-2)).toEqual(['claimed', 'goodbye']);
    } finally {
      await stopping.close();
    }
  });
});
