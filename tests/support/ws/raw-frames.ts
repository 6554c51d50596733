import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

/** The opcodes of RFC 6455, section 5.2; the numbers in between are reserved. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameShape {
  readonly opcode: number;
  readonly payload?: Buffer | string;
  /** Set unless told otherwise. */
  readonly fin?: boolean;
  /** The three reserved bits, as a number from 0 to 7. */
  readonly rsv?: number;
  /** A client masks what it sends. */
  readonly masked?: boolean;
  /** The length that the header claims, where it is not the true one. */
  readonly claimedLength?: number;
}

/** One frame as a client sends it, right or wrong. */
export function frame({
  opcode: code,
  payload = '',
  fin = true,
  rsv = 0,
  masked = true,
  claimedLength,
}: FrameShape) {
  const data = Buffer.from(payload);
  const length = claimedLength ?? data.length;
  const first = (fin ? 0x80 : 0) | (rsv << 4) | code;
  const maskBit = masked ? 0x80 : 0;
  const header =
    length < 126
      ? Buffer.from([first, maskBit | length])
      : length < 65_536
        ? Buffer.from([first, maskBit | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([first, maskBit | 127]), bigEndian(length)]);
  if (!masked) return Buffer.concat([header, data]);
  const mask = randomBytes(4);
  return Buffer.concat([header, mask, Buffer.from(data.map((byte, at) => byte ^ (mask[at % 4] ?? 0)))]);
}

export const text = (payload: string): Buffer => frame({ opcode: opcode.text, payload });

export function closeFrame(code?: number, reason: Buffer | string = ''): Buffer {
  const payload =
    code === undefined
      ? Buffer.from(reason)
      : Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
  return frame({ opcode: opcode.close, payload });
}

function bigEndian(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

export interface HeardFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A connection that was upgraded, and on which every byte is the caller's own. */
export interface RawSocket {
  readonly socket: Socket;
  write(...pieces: readonly Buffer[]): void;
  /** What the server has sent so far, frame by frame. */
  frames(): readonly HeardFrame[];
  /** Resolves when the server has hung up, to the close code that it gave; null where it gave none. */
  readonly closed: Promise<number | null>;
}

/** Upgrades, with these headers and, in the same packet, whatever is said `early`. */
export async function openRawSocket(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  early: readonly Buffer[] = [],
): Promise<RawSocket> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  let heard = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
  });
  // `once` of the platform would reject when the connection breaks, which is an end like any other.
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'connect');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const handshake =
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${lines.join('')}\r\n`;
  socket.write(Buffer.concat([Buffer.from(handshake), ...early]));
  while (!heard.includes('\r\n\r\n')) await Promise.race([once(socket, 'data'), ended]);
  const body = heard.indexOf('\r\n\r\n') + 4;
  if (!heard.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(heard.toString());
  const frames = (): readonly HeardFrame[] => framesOf(heard.subarray(body));
  const raw: RawSocket = {
    socket,
    write: (...pieces) => void socket.write(Buffer.concat(pieces)),
    frames,
    closed: ended.then(() => {
      const last = frames().find((one) => one.opcode === opcode.close);
      return last === undefined || last.payload.length < 2 ? null : last.payload.readUInt16BE(0);
    }),
  };
  return raw;
}

/** A server does not mask, and ours does not fragment. */
function framesOf(bytes: Buffer): readonly HeardFrame[] {
  const frames: HeardFrame[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const headerLength = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (at + headerLength > bytes.length) break;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    const from = at + headerLength;
    if (from + length > bytes.length) break;
    frames.push({ opcode: (bytes[at] ?? 0) & 0x0f, payload: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return frames;
}
