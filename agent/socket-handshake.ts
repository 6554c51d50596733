import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { GatewayUnreachable, refusalOf } from './gateway-refusal.js';
import type { GatewayRefusal } from './gateway-refusal.js';
import { GatewaySocket } from './gateway-socket.js';
import type { SocketOptions } from './gateway-socket.js';
import { untilAborted } from './until-aborted.js';

/** Ten commands with the longest parameters and grants fit in several times over. */
const mostReceivedBytes = 4_194_304;
/** More of a refusal than this is no problem document. */
const mostRefusalBytes = 16_384;

export interface HandshakeOptions extends SocketOptions {
  /** The gateway's address; it may have a path. */
  readonly url: URL;
  /** From the first packet to the greeting. */
  readonly handshakeMs: number;
  readonly signal: AbortSignal;
}

/**
 * Resolves to a connection that was greeted, or is over already. Rejects with a GatewayRefusal when the answer was
 * anything but an upgrade, or with the signal's reason. Redirects are not followed: the token belongs to the
 * configured gateway alone.
 */
export async function openSocket(options: HandshakeOptions): Promise<GatewaySocket> {
  const { url, token, handshakeMs, signal } = options;
  signal.throwIfAborted();
  const socket = new WebSocket(addressOf(url), {
    // In the handshake and not in a first message: a gateway refuses it before it keeps anything for a stranger.
    headers: { authorization: `Bearer ${token}` },
    followRedirects: false,
    // What is compressed with a secret beside it leaks by its length, and the gateway compresses nothing either.
    perMessageDeflate: false,
    maxPayload: mostReceivedBytes,
  });
  const refused = new Promise<never>((_resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => {
      refusalIn(response).then(reject, (error: unknown) => {
        reject(new GatewayUnreachable('The refusal broke off.', error));
      });
    });
  });
  const opened = new GatewaySocket(socket, options);
  const impatience = setTimeout(() => opened.cut('no greeting in time'), handshakeMs);
  try {
    await untilAborted(Promise.race([opened.greeted, refused]), signal);
    return opened;
  } catch (error) {
    opened.cut('given up');
    throw error;
  } finally {
    clearTimeout(impatience);
  }
}

/** `https` becomes `wss`, and a path before ours stays. */
export function addressOf(url: URL): string {
  return `${url.href.replace(/^http/, 'ws').replace(/\/+$/, '')}/ws/device`;
}

async function refusalIn(response: IncomingMessage): Promise<GatewayRefusal> {
  const { statusCode = 0, statusMessage = '', headers } = response;
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > mostRefusalBytes) break;
  }
  return refusalOf(statusCode, statusMessage, headers['retry-after'] ?? null, text);
}
