import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { currentRequestId } from '../../../src/composition/request-context.js';
import { provide, use } from '../../../src/composition/provide.js';
import { GRANT_SIGNER, UNIT_OF_WORK } from '../../../src/composition/tokens.js';
import { version } from '../../../src/composition/build-info.js';
import type { UnitOfWork } from '../../../src/application/ports/unit-of-work.js';
import type { Json, TestDevice } from '../../support/api-client.js';
import { ApiClient, newDevice, signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { LogLine, OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { say } from '../../support/http/raw-connection.js';

const json = { 'content-type': 'application/json' };
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/;

let opened: OpenedGateway;
let admin: ApiClient;
let anybody: ApiClient;
let device: TestDevice;
let keysAreBroken = false;
/** For which request each transaction of the real record was run. */
const transactionsOf: (string | undefined)[] = [];

beforeAll(async () => {
  opened = await openGateway({
    environment: { CORS_ORIGINS: 'https://portal.example.com', RATE_SIGN_IN_PER_ADDRESS: '1000' },
    override: (container) => {
      const signer = use(container, GRANT_SIGNER);
      provide(container, GRANT_SIGNER, () => ({
        sign: (grant) => signer.sign(grant),
        successions: () => signer.successions(),
        publicKeys: () => {
          if (keysAreBroken) throw new Error('the password is hunter2');
          return signer.publicKeys();
        },
      }));
      const work = use(container, UNIT_OF_WORK);
      const run: UnitOfWork['run'] = (task) => {
        transactionsOf.push(currentRequestId());
        return work.run(task);
      };
      provide(container, UNIT_OF_WORK, () => ({ run }));
    },
  });
  anybody = new ApiClient(opened.url);
  admin = await signIn(opened.url);
  device = await newDevice(admin);
});

afterAll(async () => {
  await opened.close();
});

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${opened.url}${path}`, init);

async function problem(path: string, init: RequestInit = {}) {
  const answer = await ask(path, init);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
}

/** A request is logged when its answer is out, and so perhaps after the client has it. */
const logged = (requestId: string | null): Promise<LogLine> =>
  eventually(() => {
    const line = opened.log.find((one) => one['msg'] === 'request' && one['requestId'] === requestId);
    if (line === undefined) throw new Error(`not logged: ${String(requestId)}`);
    return line;
  });

describe('a request', () => {
  it('keeps the id that the client gave it, on the answer and in the log', async () => {
    const { headers } = await ask('/healthz', { headers: { 'x-request-id': 'abc:1.2_3-4' } });
    expect(headers.get('x-request-id')).toBe('abc:1.2_3-4');
    expect(await logged('abc:1.2_3-4')).toMatchObject({ method: 'GET', route: '/healthz', status: 200 });
  });

  it.each(['', 'a b', 'x'.repeat(129), 'ümlaut', '"quoted"'])(
    'gets a UUIDv7 in place of the id %j',
    async (given) => {
      const { headers } = await ask('/healthz', { headers: { 'x-request-id': given } });
      expect(headers.get('x-request-id')).toMatch(uuidV7);
    },
  );

  it('is logged with the trace that it is part of, when that is well formed', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traced = async (id: string, requestId: string) => {
      const traceparent = `00-${id}-00f067aa0ba902b7-01`;
      await ask('/version', { headers: { traceparent, 'x-request-id': requestId } });
      return logged(requestId);
    };
    expect(await traced(traceId, 'traced')).toMatchObject({ traceId });
    expect(await traced('0'.repeat(32), 'untraced')).not.toHaveProperty('traceId');
  });

  it('is known by its id to whatever it calls, after its body was read too', async () => {
    const credentials = { deviceId: device.id, deviceSecret: device.secret };
    const { status } = await anybody.with({ 'x-request-id': 'r-1' }).post('/api/v1/device/auth', credentials);
    expect(status).toBe(200);
    // One to see whether the secret is right, one to sign in, one to see that nobody signed it out meanwhile.
    expect(transactionsOf.filter((id) => id === 'r-1')).toHaveLength(3);
  });

  it('never leaves its credentials in the log', async () => {
    const { body } = await anybody.post<{ token: string }>('/api/v1/device/auth', {
      deviceId: device.id,
      deviceSecret: device.secret,
    });
    const { headers } = await ask('/api/v1/device/heartbeat', {
      method: 'POST',
      headers: { ...json, 'x-device-token': body.token },
      body: '{"status":"ok"}',
    });
    const me = await admin.get('/api/v1/customer/me');
    const refused = await anybody
      .with({ authorization: 'Bearer not.good' })
      .get('/api/v1/customer/devices?cursor=x');
    for (const answered of [headers, me.headers, refused.headers]) await logged(answered.get('x-request-id'));
    const log = JSON.stringify(opened.log);
    for (const secret of [device.secret, body.token, 'not.good', 'Bearer', 'eyJ'])
      expect(log).not.toContain(secret);
  });
});

describe('a request that offers or expects more than there is', () => {
  const version = 'GET /version HTTP/1.1\r\nhost: a\r\nconnection: close';

  it.each([
    ['HTTP/2', `${version}, Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAAAAIAAAAB`],
    ['what nobody knows', `${version}\r\nexpect: a-miracle`],
  ])('is answered without it: %s', async (_, head) => {
    expect(await say(opened.url, `${head}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 .*"version"/s);
  });

  it('is a problem when it names no host', async () => {
    const answer = await say(opened.url, 'GET /version HTTP/1.1\r\nconnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*x-request-id: .*"code":"invalid_request"/s);
  });

  it('finds no socket where there is no address', async () => {
    const head = 'GET /ws/nope HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n';
    const key = 'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    expect(await say(opened.url, head + key)).toMatch(/^HTTP\/1\.1 404 .*"code":"not_found"/s);
  });
});

describe('a refusal', () => {
  it('is a problem that names its code, its page and the request', async () => {
    const { status, headers, body } = await problem('/nowhere', { headers: { 'x-request-id': 'r-2' } });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: '/docs/faults#not_found',
      code: 'not_found',
      status: 404,
      requestId: 'r-2',
    });
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['title', 'detail']));
  });

  it('says which methods a path knows', async () => {
    const { status, headers, body } = await problem('/api/v1/customer/devices/kiosk-1', { method: 'PUT' });
    expect([status, body['code']]).toEqual([405, 'method_not_allowed']);
    expect(headers.get('allow')).toBe('GET, HEAD, PATCH');
  });

  it('tells nothing of a mistake but that it was one', async () => {
    keysAreBroken = true;
    const answer = await ask('/.well-known/fieldgate-keys.json').finally(() => {
      keysAreBroken = false;
    });
    const body = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ code: 'internal' });
    expect(body).not.toContain('hunter2');
  });

  it('answers a path that is badly encoded', async () => {
    const { status, headers, body } = await problem('/api/v1/customer/devices/%E0%A4%A');
    expect([status, body['code']]).toEqual([400, 'invalid_request']);
    expect(headers.get('x-request-id')).toBe(body['requestId']);
  });
});

describe('a body', () => {
  const signInDevice = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = json) =>
    problem('/api/v1/device/auth', { method: 'POST', headers, body });

  it.each([
    ['broken JSON', '{"deviceId":'],
    ['an array', '[]'],
    ['nothing', ''],
    ['a key that would reach a prototype', '{"deviceId":"d","deviceSecret":"s","__proto__":{"a":1}}'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a constructor with a prototype', '{"constructor":{"prototype":{"a":1}}}'],
  ])('is refused when it is %s', async (_what, payload) => {
    const { status, body } = await signInDevice(payload);
    expect([status, body['code']]).toEqual([400, 'invalid_request']);
  });

  it('is told every field that is wrong, and each one that nobody knows', async () => {
    const { body } = await signInDevice('{"deviceId":"no spaces","surprise":1}');
    const paths = (body['errors'] as { path: string }[]).map(({ path }) => path);
    expect(paths.sort()).toEqual(['deviceId', 'deviceSecret', 'surprise']);
  });

  it('is refused when it is not JSON', async () => {
    const { status, body } = await signInDevice('deviceId=a', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([status, body['code']]).toEqual([415, 'unsupported_media_type']);
  });

  it('is refused beyond 1 MiB, before it is sent', async () => {
    const head = 'POST /api/v1/device/auth HTTP/1.1\r\nhost: a\r\nconnection: close\r\n';
    const answer = await say(
      opened.url,
      `${head}content-type: application/json\r\ncontent-length: 1048577\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 .*"code":"payload_too_large"/s);
  });

  it('may be missing where nothing is taken', async () => {
    const { id } = await newDevice(admin);
    const suspend = (body?: string) => admin.send('POST', `/api/v1/customer/devices/${id}/suspend`, body);
    const unknown = await suspend('{"a":1}');
    const { body: untouched } = await admin.get(`/api/v1/customer/devices/${id}`);
    expect([unknown.status, untouched['lifecycle']]).toEqual([400, 'active']);
    const answers = [await suspend(), await suspend('')];
    expect(answers.map(({ status, body }) => [status, body['lifecycle']])).toEqual([
      [200, 'suspended'],
      [200, 'suspended'],
    ]);
  });
});

describe('bytes that are no request', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a header without a name', 'GET / HTTP/1.1\r\nhost: a\r\n: x\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('are answered with a problem, and hung up on: %s', async (_what, bytes, status) => {
    const [head = '', body = ''] = (await say(opened.url, bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
    expect(head).toContain('content-type: application/problem+json');
    const said = JSON.parse(body) as { requestId: string };
    expect(said).toMatchObject({ code: 'invalid_request', status });
    expect(head).toContain(`x-request-id: ${said.requestId}`);
  });
});

describe('a browser', () => {
  it('may call from an origin that is allowed, and from no other', async () => {
    const allowedFor = async (origin: string) => {
      const headers = { origin, 'access-control-request-method': 'GET' };
      const answer = await ask('/api/v1/customer/me', { method: 'OPTIONS', headers });
      return answer.headers.get('access-control-allow-origin');
    };
    expect(await allowedFor('https://portal.example.com')).toBe('https://portal.example.com');
    expect(await allowedFor('https://evil.example.com')).toBeNull();
  });

  it('gets an empty answer to OPTIONS that are no preflight', async () => {
    const answer = await ask('/version', { method: 'OPTIONS' });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(answer.headers.get('x-request-id')).toMatch(uuidV7);
  });
});

describe('the public routes', () => {
  it('say that the process runs and that it is ready', async () => {
    const health = await anybody.get('/healthz');
    const ready = await anybody.get('/readyz');
    expect([health.status, health.body]).toEqual([200, { status: 'ok', timestamp: expect.any(String) }]);
    const checks = { database: true, dispatch: true, identity: true };
    expect([ready.status, ready.body]).toEqual([200, { ready: true, checks }]);
  });

  it('say the version and nothing else', async () => {
    expect((await anybody.get('/version')).body).toEqual({ version });
  });

  it('hand out the public keys, and only the public half', async () => {
    const { body } = await anybody.get<{ keys: Json[] }>('/.well-known/fieldgate-keys.json');
    expect(body.keys).toEqual([
      expect.objectContaining({ kty: 'OKP', crv: 'Ed25519', x: expect.any(String) }),
    ]);
    expect(body.keys[0]).not.toHaveProperty('d');
  });

  it('explain every code on a page of their own', async () => {
    const answer = await ask('/docs/faults');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('<h2 id="internal"><code>internal</code></h2>');
  });

  it('show the contract without asking anybody else', async () => {
    const page = await ask('/docs');
    const script = await ask('/docs/static/swagger-initializer.js');
    expect([page.status, script.status]).toEqual([200, 200]);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(page.headers.get('content-security-policy')).not.toContain('http');
    expect(await page.text()).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});
