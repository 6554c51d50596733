import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { StandInConnection } from './stand-in-connection.js';
import type { Backend, Ready } from './stand-in-connection.js';
import type { Answer } from './stand-in-gateway.js';

/** What answers an upgrade: a connection, or a refusal with this status. */
type Door =
  'open' | { readonly status: number; readonly code?: string; readonly headers?: Record<string, string> };

/** The `/ws/device` of the stand-in gateway: it pushes as the contract says, and misbehaves on request. */
export class StandInSockets {
  door: Door = { status: 404, code: 'not_found' };
  /** All that were ever opened, the newest last. */
  readonly connections: StandInConnection[] = [];
  /** Every `ready` that came, over whichever connection. */
  readonly readies: Ready[] = [];
  /** Upgrades that were asked for: their paths and what they showed. */
  readonly handshakes: { readonly path: string; readonly authorization: string; readonly at: number }[] = [];
  /** Whether the next command is claimed and then lost with its connection. */
  losesNextPush = false;
  /** What `ready` is answered with instead, while set. */
  readyRefusal: Answer | null = null;
  /** Whether it greets nobody. */
  isRude = false;
  readonly #backend: Backend;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 524_288 });

  constructor(backend: Omit<Backend, 'ready' | 'losesPush'>) {
    this.#backend = {
      ...backend,
      ready: (ready) => {
        this.readies.push(ready);
        return this.readyRefusal;
      },
      losesPush: () => {
        const loses = this.losesNextPush;
        this.losesNextPush = false;
        return loses;
      },
    };
  }

  /** The newest one, open or not. */
  get last(): StandInConnection | undefined {
    return this.connections.at(-1);
  }

  get isOpen(): boolean {
    return this.last?.isOpen ?? false;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { authorization = '' } = request.headers;
    socket.on('error', () => undefined);
    this.handshakes.push({ path: request.url ?? '', authorization, at: performance.now() });
    const token = /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
    if (this.door !== 'open') refuse(socket, this.door);
    else if (!this.#backend.isSignedIn(token)) refuse(socket, { status: 401, code: 'unauthenticated' });
    else {
      this.#server.handleUpgrade(request, socket, head, (opened) => {
        this.connections.push(new StandInConnection(opened, token, this.#backend, this.isRude));
      });
    }
  }

  cutAll(): void {
    for (const connection of this.connections) connection.cut();
  }
}

function refuse(socket: Duplex, { status, code = '', headers = {} }: Exclude<Door, 'open'>): void {
  const body = JSON.stringify({
    type: 'about:blank',
    title: code,
    status,
    detail: code,
    code,
    requestId: 'r',
  });
  const lines = Object.entries({
    ...{ 'content-type': 'application/problem+json', 'content-length': String(Buffer.byteLength(body)) },
    ...{ connection: 'close', ...headers },
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
