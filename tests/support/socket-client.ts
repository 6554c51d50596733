import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Json } from './api-client.js';

/** A message of the gateway. Every test looks at single members. */
export type SocketMessage = Json & { readonly type: string };

export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
}

interface Waiter {
  readonly fits: (message: SocketMessage) => boolean;
  readonly resolve: (message: SocketMessage) => void;
}

/** A stock WebSocket that collects what it is sent. */
export class SocketClient {
  /** Everything that came, in its order. */
  readonly messages: SocketMessage[] = [];
  /** How it ended. */
  readonly ended: Promise<SocketEnd>;
  readonly socket: WebSocket;
  #unread: SocketMessage[] = [];
  readonly #waiters = new Set<Waiter>();
  #lastId = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.ended = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      this.#take(JSON.parse(data.toString()) as SocketMessage);
    });
  }

  /** Rejects with the status when the handshake is refused. */
  static async open(
    gatewayUrl: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<SocketClient> {
    const client = new SocketClient(
      new WebSocket(`${gatewayUrl.replace(/^http/, 'ws')}${path}`, { headers }),
    );
    const refused = new Promise<never>((_resolve, reject) => {
      client.socket.once('unexpected-response', (_request, response) => {
        reject(new Error(`refused with ${String(response.statusCode)}`));
        response.destroy();
      });
    });
    await Promise.race([once(client.socket, 'open'), refused]);
    return client;
  }

  /** Text goes as it is, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Sends it under an id of its own, and waits for what is answered under that. */
  ask(message: object, withinMs?: number): Promise<SocketMessage> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.send({ ...message, id });
    return this.next({ id }, withinMs);
  }

  /** The first message with these members that nobody has waited for before, as soon as it is there. */
  async next(members: Json, withinMs = 10_000): Promise<SocketMessage> {
    const fits = (message: SocketMessage): boolean =>
      Object.entries(members).every(([name, value]) => message[name] === value);
    const found = this.#unread.find(fits);
    if (found !== undefined) {
      this.#unread = this.#unread.filter((message) => message !== found);
      return found;
    }
    const { promise, resolve, reject } = Promise.withResolvers<SocketMessage>();
    const waiter = { fits, resolve };
    this.#waiters.add(waiter);
    const timer = setTimeout(() => {
      const seen = JSON.stringify(this.messages.slice(-5));
      reject(new Error(`Nothing like ${JSON.stringify(members)} came; the last messages: ${seen}`));
    }, withinMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  /** All of the type that came so far. */
  all(type: string): readonly SocketMessage[] {
    return this.messages.filter((message) => message.type === type);
  }

  /** Ends it in good order. */
  async close(): Promise<void> {
    this.socket.close();
    await this.ended;
  }

  /** Ends it as a pulled cable does. */
  cut(): void {
    this.socket.terminate();
  }

  #take(message: SocketMessage): void {
    this.messages.push(message);
    for (const waiter of this.#waiters) {
      if (waiter.fits(message)) {
        // At once: the next message may come before whoever waits runs again.
        this.#waiters.delete(waiter);
        waiter.resolve(message);
        return;
      }
    }
    this.#unread.push(message);
  }
}
