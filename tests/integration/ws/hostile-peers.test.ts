import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { ApiClient } from '../../support/api-client.js';
import { signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { say } from '../../support/http/raw-connection.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { closeFrame, frame, opcode, openRawSocket, text } from '../../support/ws/raw-frames.js';

let gateway: OpenedGateway;
let admin: ApiClient;
let uncaught = 0;
const count = (): void => {
  uncaught += 1;
};

beforeAll(async () => {
  gateway = await openGateway({ environment: { SOCKET_PING_MS: '1000' } });
  admin = await signIn(gateway.url);
  process.on('uncaughtExceptionMonitor', count);
});
afterAll(async () => {
  process.off('uncaughtExceptionMonitor', count);
  await gateway.close();
});

const path = '/ws/customer';
const open = () => openRawSocket(gateway.url, path, admin.headers);
const ping = (id: number): Buffer => text(JSON.stringify({ type: 'ping', id }));

/** Somebody who minds their own business, and is answered all the while. */
async function bystander(): Promise<{ answered: () => Promise<void>; end: () => void }> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${path}`, { headers: admin.headers });
  await once(socket, 'message');
  return {
    answered: async () => {
      socket.send('{"type":"ping"}');
      const [answer] = (await once(socket, 'message')) as [Buffer];
      expect(JSON.parse(answer.toString())).toMatchObject({ type: 'pong' });
    },
    end: () => {
      socket.terminate();
    },
  };
}

describe('the handshake', () => {
  const upgrade = (
    lines: Readonly<Record<string, string>>,
    request = `GET ${path} HTTP/1.1`,
  ): Promise<string> =>
    say(
      gateway.url,
      [
        request,
        ...Object.entries({ Host: new URL(gateway.url).host, ...lines }).map((line) => line.join(': ')),
      ]
        .join('\r\n')
        .concat('\r\n\r\n'),
    );
  const good = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['without a key', { ...good, 'Sec-WebSocket-Key': '' }, /^HTTP\/1\.1 400/],
    ['with a key that is none', { ...good, 'Sec-WebSocket-Key': 'short' }, /^HTTP\/1\.1 400/],
    [
      'of another version',
      { ...good, 'Sec-WebSocket-Version': '7' },
      /^HTTP\/1\.1 (400|426)[^]*Sec-WebSocket-Version: 13/i,
    ],
    ['for another protocol', { ...good, Upgrade: 'h2c', Connection: 'Upgrade, close' }, /^HTTP\/1\.1 4/],
  ])('is refused %s', async (_what, lines, answer) => {
    expect(await upgrade(lines)).toMatch(answer);
  });

  it('is refused where nothing speaks WebSocket', async () => {
    const answer = await upgrade(good, 'GET /healthz HTTP/1.1');
    expect(answer).toMatch(/^HTTP\/1\.1 400[^]*invalid_request/);
  });

  it('is a problem with 426 for whoever does not ask for an upgrade', async () => {
    const answer = await fetch(`${gateway.url}${path}`);
    expect(answer.status).toBe(426);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'upgrade_required' });
  });

  it.each(['?', '?token=x', '?access_token=x', '?a=b'])('takes no query: %s', async (query) => {
    expect(await upgrade(good, `GET ${path}${query} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 400[^]*invalid_request/);
  });

  it.each<[string, string, RegExp]>([
    [path, 'https://elsewhere.example', /^HTTP\/1\.1 403/],
    [path, 'null', /^HTTP\/1\.1 403/],
    [path, 'HOST.evil.example', /^HTTP\/1\.1 403/],
    ['/ws/device', 'HOST', /^HTTP\/1\.1 403/],
  ])('of %s is refused from the origin %s', async (where, origin, answer) => {
    const Origin = origin.replace('HOST', gateway.url);
    expect(await upgrade({ ...good, Origin }, `GET ${where} HTTP/1.1`)).toMatch(answer);
  });

  it('is taken from a page of this gateway', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${path}`, { origin: gateway.url });
    await once(socket, 'open');
    socket.terminate();
  });

  it('shows a wrong token for what it is before anything is upgraded', async () => {
    const answer = await upgrade({ ...good, Authorization: 'Bearer wrong' });
    expect(answer).toMatch(/^HTTP\/1\.1 401[^]*www-authenticate: Bearer[^]*"code":"unauthenticated"/i);
  });
});

describe('a peer', () => {
  it('is let go with 4401 when it has not said who it is within five seconds', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${path}`);
    const begun = performance.now();
    const [code] = (await once(socket, 'close')) as [number];
    expect(performance.now() - begun).toBeGreaterThan(4_500);
    expect(code).toBe(4401);
  });

  it('is let go with 4401 when it says anything else first', async () => {
    const raw = await openRawSocket(gateway.url, path);
    raw.write(ping(1));
    await eventually(() => raw.frames().length === 2);
    expect(JSON.parse(raw.frames()[0]?.payload.toString() ?? '')).toMatchObject({
      type: 'error',
      id: 1,
      problem: { code: 'unauthenticated', status: 401 },
    });
    raw.socket.end();
    expect(await raw.closed).toBe(4401);
  });

  it('may say everything at once: what comes with the handshake has its turn after the greeting', async () => {
    const pings = Array.from({ length: 10 }, (_, id) => ping(id));
    const auth = text(
      JSON.stringify({ type: 'auth', accessToken: admin.headers['authorization']?.slice(7) }),
    );
    for (const raw of [
      await openRawSocket(gateway.url, path, admin.headers, pings),
      await openRawSocket(gateway.url, path, {}, [auth, ...pings]),
    ]) {
      await eventually(() => raw.frames().length === 11);
      const heard = raw.frames().map(({ payload }) => JSON.parse(payload.toString()) as object);
      expect(heard).toEqual([
        expect.objectContaining({ type: 'welcome' }),
        ...pings.map((_, id) => expect.objectContaining({ type: 'pong', id }) as object),
      ]);
      raw.socket.destroy();
    }
  });

  it('may say little before it has said who it is', async () => {
    const raw = await openRawSocket(gateway.url, path);
    raw.write(text(JSON.stringify({ type: 'auth', accessToken: 'x'.repeat(65_530) })));
    await eventually(() => raw.frames().some((one) => one.opcode === opcode.close));
    raw.socket.end();
    expect([1008, 1009]).toContain(await raw.closed);
  });

  it('may send a burst of sixty messages, and is closed with 1008 when it goes on like that', async () => {
    const raw = await open();
    raw.write(...Array.from({ length: 60 }, (_, n) => ping(n)));
    await eventually(() => raw.frames().length === 61);
    raw.write(...Array.from({ length: 60 }, (_, n) => ping(n)));
    await eventually(() => raw.frames().some((one) => one.opcode === opcode.close));
    raw.socket.end();
    expect(await raw.closed).toBe(1008);
  });

  it('is dropped when it leaves two pings unanswered, and kept as long as it answers', async () => {
    const [deaf, alive] = await Promise.all([open(), open()]);
    const answer = setInterval(() => {
      const pings = alive.frames().filter((one) => one.opcode === opcode.ping).length;
      if (pings > 0) alive.write(frame({ opcode: opcode.pong, payload: '' }));
    }, 100);
    await deaf.closed;
    expect(deaf.frames().filter((one) => one.opcode === opcode.ping).length).toBeGreaterThanOrEqual(2);
    expect(alive.socket.closed).toBe(false);
    clearInterval(answer);
    alive.socket.destroy();
  });

  it('that sends a million bytes of garbage loses its own connection, and nobody notices', async () => {
    const other = await bystander();
    const raw = await open();
    const garbage = Buffer.alloc(1_000_000, 'garbage\u0000');
    raw.socket.write(garbage);
    await eventually(() => raw.frames().some((one) => one.opcode === opcode.close));
    raw.socket.destroy();
    await other.answered();
    const stranger = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const gone = new Promise((resolve) => stranger.once('close', resolve));
    stranger.on('error', () => undefined).resume();
    await once(stranger, 'connect');
    stranger.write(garbage);
    await gone;
    await other.answered();
    other.end();
  });
});

describe('fuzzed frames', () => {
  const anyFrame = fc
    .record({
      opcode: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 1, 1, 2, 8, 9, 10) }, fc.nat(15)),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        fc.constantFrom(
          '{"type":"ping"}',
          '{"type":"auth"}',
          '{"type":"subscribe","topics":[]}',
          '{',
          '[]',
          '',
        ),
        fc.json().map((json) => `{"type":"propose","id":1,"command":${json}}`),
        fc.json(),
      ),
      fin: fc.boolean(),
      rsv: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.nat(7)),
      masked: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.boolean()),
    })
    .map((shape) => frame({ ...shape, payload: Buffer.from(shape.payload) }));
  const anyBytes = fc.oneof(
    { weight: 4, arbitrary: anyFrame },
    {
      weight: 1,
      arbitrary: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    },
    { weight: 1, arbitrary: fc.tuple(anyFrame, fc.nat(20)).map(([bytes, cut]) => bytes.subarray(0, cut)) },
  );

  it('close the connection that they come over, at most, whoever sends them', async () => {
    const other = await bystander();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(path, '/ws/device'),
        fc.boolean(),
        fc.array(anyBytes, { minLength: 1, maxLength: 12 }),
        async (where, known, pieces) => {
          const raw = await openRawSocket(gateway.url, where, known && where === path ? admin.headers : {});
          raw.write(...pieces, closeFrame(1000));
          raw.socket.end();
          await raw.closed;
        },
      ),
      { numRuns: 2_000, seed: 5 },
    );
    await other.answered();
    other.end();
    expect(uncaught).toBe(0);
    expect(gateway.log.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
