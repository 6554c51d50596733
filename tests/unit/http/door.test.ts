import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Writable } from 'node:stream';
import type { Door } from '../../support/http/door.js';
import { annsToken, openDoor } from '../../support/http/door.js';

const json = { 'content-type': 'application/json' };
const person = { authorization: `Bearer ${annsToken}` };

let door: Door;
let log: Record<string, unknown>[];

beforeEach(async () => {
  log = [];
  const lines = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      log.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  door = await openDoor({}, lines);
});

afterEach(async () => {
  await door.app.close();
});

const problem = async (request: InjectOptions) => {
  const answer = await door.app.inject(request);
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<Record<string, unknown>>() };
};

describe('a request', () => {
  it('keeps the id that the client gave it, on the answer and in the log', async () => {
    const { headers } = await door.app.inject({
      url: '/healthz',
      headers: { 'x-request-id': 'abc:1.2_3-4' },
    });
    expect(headers['x-request-id']).toBe('abc:1.2_3-4');
    expect(log).toContainEqual(
      expect.objectContaining({ requestId: 'abc:1.2_3-4', route: '/healthz', status: 200 }),
    );
  });

  it.each(['', 'a b', 'x'.repeat(129), 'ümlaut', '"quoted"'])(
    'gets a UUIDv7 in place of the id %j',
    async (given) => {
      const { headers } = await door.app.inject({ url: '/healthz', headers: { 'x-request-id': given } });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    },
  );

  it('is logged with the trace that it is part of, when that is well formed', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await door.app.inject({ url: '/version', headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } });
    await door.app.inject({
      url: '/healthz',
      headers: { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
    });
    expect(log.find(({ route }) => route === '/version')).toMatchObject({ traceId });
    expect(log.find(({ route }) => route === '/healthz')).not.toHaveProperty('traceId');
  });

  it('is known by its id to whatever it calls, after its body was read too', async () => {
    const current = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const signInDevice = {
      execute: () => {
        seen.push(current.getStore());
        return Promise.resolve({ deviceId: 'd', token: 't', expiresInMs: 1 });
      },
    };
    const followed = await openDoor({
      device: { ...door.options.device, signInDevice },
      withRequestId: (requestId, proceed) => {
        current.run(requestId, proceed);
      },
    });
    await followed.app.inject({
      method: 'POST',
      url: '/api/v1/device/auth',
      headers: { 'x-request-id': 'r-1' },
      payload: { deviceId: 'd', deviceSecret: 's' },
    });
    await followed.app.close();
    expect(seen).toEqual(['r-1']);
  });

  it('never leaves its credentials in the log', async () => {
    await door.app.inject({ url: '/api/v1/customer/me', headers: person });
    await door.app.inject({ url: '/api/v1/customer/devices', headers: person });
    expect(JSON.stringify(log)).not.toContain(annsToken);
  });
});

describe('a refusal', () => {
  it('is a problem that names its code, its page and the request', async () => {
    const { status, headers, body } = await problem({ url: '/nowhere', headers: { 'x-request-id': 'r-1' } });
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: '/docs/faults#not_found',
      code: 'not_found',
      status: 404,
      requestId: 'r-1',
    });
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['title', 'detail']));
  });

  it('says which methods a path knows', async () => {
    const { status, headers, body } = await problem({
      method: 'PUT',
      url: '/api/v1/customer/devices/kiosk-1',
    });
    expect([status, body['code']]).toEqual([405, 'method_not_allowed']);
    expect(headers.allow).toBe('GET, HEAD, PATCH');
  });

  it('tells nothing of a mistake but that it was one', async () => {
    const broken = await openDoor({
      publicKeys: () => {
        throw new Error('the password is hunter2');
      },
    });
    const answer = await broken.app.inject({ url: '/.well-known/fieldgate-keys.json' });
    await broken.app.close();
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal' });
    expect(answer.body).not.toContain('hunter2');
  });

  it('asks to come again when a dependency is away', async () => {
    const { status, headers, body } = await problem({ url: '/api/v1/customer/devices', headers: person });
    expect([status, body['code']]).toEqual([503, 'dependency_unavailable']);
    expect(headers['retry-after']).toBe('1');
  });

  it('answers a path that is badly encoded', async () => {
    const { status, headers, body } = await problem({ url: '/api/v1/customer/devices/%E0%A4%A' });
    expect([status, body['code']]).toEqual([400, 'invalid_request']);
    expect(headers['x-request-id']).toBe(body['requestId']);
  });
});

describe('a body', () => {
  const signIn = (payload: string | Buffer, headers: Record<string, string> = json) =>
    problem({ method: 'POST', url: '/api/v1/device/auth', headers, payload });

  it.each([
    ['broken JSON', '{"deviceId":'],
    ['an array', '[]'],
    ['nothing', ''],
    ['a key that would reach a prototype', '{"deviceId":"d","deviceSecret":"s","__proto__":{"a":1}}'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a constructor with a prototype', '{"constructor":{"prototype":{"a":1}}}'],
  ])('is refused when it is %s', async (_what, payload) => {
    const { status, body } = await signIn(payload);
    expect([status, body['code']]).toEqual([400, 'invalid_request']);
  });

  it('is told every field that is wrong, and each one that nobody knows', async () => {
    const { body } = await signIn('{"deviceId":"no spaces","surprise":1}');
    const paths = (body['errors'] as { path: string }[]).map(({ path }) => path);
    expect(paths.sort()).toEqual(['deviceId', 'deviceSecret', 'surprise']);
  });

  it('is refused when it is not JSON', async () => {
    const { status, body } = await signIn('deviceId=a', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([status, body['code']]).toEqual([415, 'unsupported_media_type']);
  });

  it('is refused beyond 1 MiB', async () => {
    const { status, body } = await signIn(
      JSON.stringify({ deviceId: 'a', deviceSecret: 'x'.repeat(1_048_576) }),
    );
    expect([status, body['code']]).toEqual([413, 'payload_too_large']);
  });

  it('may be missing where nothing is taken', async () => {
    const url = '/api/v1/customer/devices/kiosk-1/suspend';
    const missing = await problem({ method: 'POST', url, headers: person });
    const empty = await problem({ method: 'POST', url, headers: { ...person, ...json }, payload: '' });
    const unknown = await problem({
      method: 'POST',
      url,
      headers: { ...person, ...json },
      payload: '{"a":1}',
    });
    expect([missing.status, empty.status, unknown.status]).toEqual([503, 503, 400]);
  });
});

describe('a browser', () => {
  it('may call from an origin that is allowed, and from no other', async () => {
    const from = (origin: string) =>
      door.app.inject({
        method: 'OPTIONS',
        url: '/api/v1/customer/me',
        headers: { origin, 'access-control-request-method': 'GET' },
      });
    const allowed = await from('https://portal.example.com');
    const other = await from('https://evil.example.com');
    expect(allowed.headers['access-control-allow-origin']).toBe('https://portal.example.com');
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });
});
