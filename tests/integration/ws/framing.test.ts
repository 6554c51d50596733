import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { RawSocket } from '../../support/ws/raw-frames.js';
import { closeFrame, frame, opcode, openRawSocket, text } from '../../support/ws/raw-frames.js';

// What RFC 6455 asks of a server, case by case, in the order of its sections 5 to 8.

let gateway: OpenedGateway;
let headers: Readonly<Record<string, string>>;

beforeAll(async () => {
  gateway = await openGateway();
  headers = (await signIn(gateway.url)).headers;
});
afterAll(() => gateway.close());

/** Signed in and greeted. */
async function open(): Promise<RawSocket> {
  const raw = await openRawSocket(gateway.url, '/ws/customer', headers);
  await eventually(() => raw.frames().length > 0);
  return raw;
}

const ask = (id: number, size = 0): string => JSON.stringify({ type: 'ping', id }).padEnd(size, ' ');

/** The ids of the pings that were answered, in order. */
const answered = (raw: RawSocket): readonly unknown[] =>
  raw
    .frames()
    .filter((one) => one.opcode === opcode.text)
    .map(({ payload }) => JSON.parse(payload.toString()) as { type: string; id?: unknown })
    .filter(({ type }) => type === 'pong')
    .map(({ id }) => id);

async function expectAnswers(raw: RawSocket, ids: readonly number[]): Promise<void> {
  await eventually(() => answered(raw).length >= ids.length);
  expect(answered(raw)).toEqual(ids);
  raw.socket.destroy();
}

/** The close code with which it ends; the peer hangs up as soon as it has answered. */
async function endOf(raw: RawSocket): Promise<number | null> {
  await eventually(() => raw.frames().some((one) => one.opcode === opcode.close));
  raw.socket.end();
  return raw.closed;
}

describe('text', () => {
  it.each([0, 125, 126, 127, 128, 65_535, 65_536])('is understood in a message of %i bytes', async (size) => {
    const raw = await open();
    raw.write(text(ask(1, size)));
    await expectAnswers(raw, [1]);
  });

  it('is understood byte by byte', async () => {
    const raw = await open();
    raw.socket.setNoDelay(true);
    for (const byte of text(ask(7, 140))) raw.write(Buffer.from([byte]));
    await expectAnswers(raw, [7]);
  });

  it('is understood when several messages come in one packet', async () => {
    const raw = await open();
    raw.write(text(ask(1)), text(ask(2)), text(ask(3)));
    await expectAnswers(raw, [1, 2, 3]);
  });

  it('is refused with 1009 beyond what this audience may send, and before it is read whole', async () => {
    const long = await open();
    long.write(text(ask(1, 65_537)));
    expect(await endOf(long)).toBe(1009);
    const announced = await open();
    announced.write(frame({ opcode: opcode.text, payload: 'x', claimedLength: 2 ** 40 }));
    expect(await endOf(announced)).toBe(1009);
  });

  it.each([
    ['not JSON', 'nonsense'],
    ['empty', ''],
    ['an array', '[]'],
    ['without a type', '{"id":1}'],
    ['of a type that is no word', '{"type":1}'],
  ])('is refused with 1008 when it is %s', async (_what, payload) => {
    const raw = await open();
    raw.write(text(payload));
    expect(await endOf(raw)).toBe(1008);
  });
});

describe('binary frames', () => {
  it('are refused with 1008', async () => {
    const raw = await open();
    raw.write(frame({ opcode: opcode.binary, payload: ask(1) }));
    expect(await endOf(raw)).toBe(1008);
  });
});

describe('the masking of frames (5.1)', () => {
  it('is required of a client', async () => {
    const raw = await open();
    raw.write(frame({ opcode: opcode.text, payload: ask(1), masked: false }));
    expect(await endOf(raw)).toBe(1002);
  });
});

describe('reserved bits and opcodes (5.2)', () => {
  it.each([1, 2, 3, 4, 5, 6, 7])('refuses the reserved bits %i', async (rsv) => {
    const raw = await open();
    raw.write(frame({ opcode: opcode.text, payload: ask(1), rsv }));
    expect(await endOf(raw)).toBe(1002);
  });

  it.each([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])('refuses the opcode %i', async (code) => {
    const raw = await open();
    raw.write(frame({ opcode: code, payload: '' }));
    expect(await endOf(raw)).toBe(1002);
  });
});

describe('fragments (5.4)', () => {
  const [begin, end] = [ask(5).slice(0, 9), ask(5).slice(9)];

  it.each<[string, readonly Buffer[]]>([
    ['two', [frame({ opcode: opcode.text, payload: begin, fin: false }), frame({ opcode: 0, payload: end })]],
    [
      'one a byte',
      Array.from(ask(5)).map((letter, at, all) =>
        frame({ opcode: at === 0 ? opcode.text : 0, payload: letter, fin: at === all.length - 1 }),
      ),
    ],
    [
      'empty ones between',
      [
        frame({ opcode: opcode.text, payload: '', fin: false }),
        frame({ opcode: 0, payload: ask(5), fin: false }),
        frame({ opcode: 0, payload: '' }),
      ],
    ],
  ])('make one message: %s', async (_how, frames) => {
    const raw = await open();
    raw.write(...frames);
    await expectAnswers(raw, [5]);
  });

  it('let a ping through in between', async () => {
    const raw = await open();
    raw.write(
      frame({ opcode: opcode.text, payload: begin, fin: false }),
      frame({ opcode: opcode.ping, payload: 'between' }),
    );
    await eventually(() => raw.frames().some((one) => one.opcode === opcode.pong));
    expect(answered(raw)).toEqual([]);
    raw.write(frame({ opcode: 0, payload: end }));
    await expectAnswers(raw, [5]);
  });

  it('are refused when there is nothing to continue', async () => {
    const raw = await open();
    raw.write(frame({ opcode: 0, payload: ask(1) }));
    expect(await endOf(raw)).toBe(1002);
  });

  it('are refused when another message begins in the middle', async () => {
    const raw = await open();
    raw.write(frame({ opcode: opcode.text, payload: begin, fin: false }), text(ask(2)));
    expect(await endOf(raw)).toBe(1002);
  });

  it('are refused when a message has too many of them', async () => {
    const raw = await open();
    const crumb = frame({ opcode: 0, payload: '', fin: false });
    raw.write(frame({ opcode: opcode.text, payload: ' ', fin: false }), ...Array<Buffer>(2_000).fill(crumb));
    expect(await endOf(raw)).toBe(1008);
  });
});

describe('control frames (5.5)', () => {
  it.each([0, 1, 125])('answers a ping of %i bytes with the same bytes', async (size) => {
    const raw = await open();
    const payload = Buffer.alloc(size, 0xfe);
    raw.write(frame({ opcode: opcode.ping, payload }));
    const pongs = () => raw.frames().filter((one) => one.opcode === opcode.pong);
    await eventually(() => pongs().length > 0);
    expect(pongs().map((pong) => pong.payload.equals(payload))).toEqual([true]);
    raw.socket.destroy();
  });

  it('answers ten pings in their order', async () => {
    const raw = await open();
    raw.write(...Array.from({ length: 10 }, (_, n) => frame({ opcode: opcode.ping, payload: String(n) })));
    const pongs = () => raw.frames().filter((one) => one.opcode === opcode.pong);
    await eventually(() => pongs().length === 10);
    expect(pongs().map(({ payload }) => payload.toString())).toEqual(
      Array.from({ length: 10 }, (_, n) => String(n)),
    );
    raw.socket.destroy();
  });

  it('ignores a pong that nobody asked for', async () => {
    const raw = await open();
    raw.write(frame({ opcode: opcode.pong, payload: 'unasked' }), text(ask(3)));
    await expectAnswers(raw, [3]);
  });

  it.each([opcode.ping, opcode.pong, opcode.close])('refuses one of 126 bytes: opcode %i', async (code) => {
    const raw = await open();
    raw.write(frame({ opcode: code, payload: Buffer.alloc(126, 3) }));
    expect(await endOf(raw)).toBe(1002);
  });

  it.each([opcode.ping, opcode.pong, opcode.close])('refuses one in fragments: opcode %i', async (code) => {
    const raw = await open();
    raw.write(frame({ opcode: code, payload: '', fin: false }));
    expect(await endOf(raw)).toBe(1002);
  });
});

describe('closing (5.5.1, 7)', () => {
  it('is answered where no code is given', async () => {
    const raw = await open();
    raw.write(closeFrame());
    expect(await endOf(raw)).toBeNull();
  });

  it.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])(
    'is answered with the code that was given: %i',
    async (code) => {
      const raw = await open();
      raw.write(closeFrame(code, 'goodbye ☂'));
      expect(await endOf(raw)).toBe(code);
    },
  );

  it.each([0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])(
    'refuses the code %i',
    async (code) => {
      const raw = await open();
      raw.write(closeFrame(code));
      expect(await endOf(raw)).toBe(1002);
    },
  );

  it('refuses half a code', async () => {
    const raw = await open();
    raw.write(frame({ opcode: opcode.close, payload: Buffer.from([3]) }));
    expect(await endOf(raw)).toBe(1002);
  });

  it('takes a reason of 123 bytes, and refuses one that is no UTF-8', async () => {
    const long = await open();
    long.write(closeFrame(1000, 'x'.repeat(123)));
    expect(await endOf(long)).toBe(1000);
    const broken = await open();
    broken.write(closeFrame(1000, Buffer.from([0xce, 0xba, 0xe1, 0xff])));
    expect(await endOf(broken)).toBe(1007);
  });

  it('is the end: what comes after it is not read', async () => {
    const raw = await open();
    raw.write(closeFrame(1000), text(ask(1)));
    await endOf(raw);
    expect(answered(raw)).toEqual([]);
  });

  it('cuts off who never hangs up', async () => {
    const raw = await open();
    raw.write(frame({ opcode: opcode.text, payload: ask(1), rsv: 1 }));
    // It neither answers the close frame nor ends: the server does not wait for long.
    expect(await raw.closed).toBe(1002);
  });
});

describe('UTF-8 (8.1)', () => {
  const umbrella = JSON.stringify({ type: 'ping', id: 'κόσμε ☂ 🌂' });

  it.each([1, 2, 3, 5])('may be cut anywhere: pieces of %i bytes', async (size) => {
    const raw = await open();
    const bytes = Buffer.from(umbrella);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    );
    raw.write(
      ...pieces.map((payload, at) =>
        frame({ opcode: at === 0 ? opcode.text : 0, payload, fin: at === pieces.length - 1 }),
      ),
    );
    await eventually(() => answered(raw).length > 0);
    expect(answered(raw)).toEqual(['κόσμε ☂ 🌂']);
    raw.socket.destroy();
  });

  it.each([
    ['a lone continuation', [0x80]],
    ['a start without its rest', [0xc3]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong NUL', [0xe0, 0x80, 0x80]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['more than Unicode has', [0xf4, 0x90, 0x80, 0x80]],
    ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
    ['no byte of UTF-8', [0xff]],
  ])('is refused with 1007 when it has %s', async (_what, bytes) => {
    const raw = await open();
    raw.write(
      frame({ opcode: opcode.text, payload: Buffer.concat([Buffer.from('{"type":"'), Buffer.from(bytes)]) }),
    );
    expect(await endOf(raw)).toBe(1007);
  });
});
