import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
}

/** A way to a server that can be spoiled while it is used. */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #rewrite: (reply: Buffer) => Buffer;
  #targetPort: number;
  #port = 0;
  #swallows = false;
  #delayMs = 0;
  #fatalReply: ((reply: Buffer) => boolean) | null = null;

  constructor(targetPort: number, rewrite: (reply: Buffer) => Buffer = (reply) => reply) {
    this.#targetPort = targetPort;
    this.#rewrite = rewrite;
    this.#server = createServer({ noDelay: true }, (client) => {
      this.#join(client);
    });
  }

  static async open(targetPort: number, rewrite?: (reply: Buffer) => Buffer): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort, rewrite);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.#port = (proxy.#server.address() as AddressInfo).port;
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  set targetPort(port: number) {
    this.#targetPort = port;
  }

  /** Black hole: connections stay open, nothing gets through in either direction, and what was sent is lost. */
  set swallows(swallows: boolean) {
    // A stream with a hole in it must not go on.
    if (this.#swallows && !swallows) this.dropAll();
    this.#swallows = swallows;
  }

  /** For each direction, in milliseconds. */
  set delayMs(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Cuts the next connection on which such a reply comes, instead of handing the reply on: it was executed. */
  cutOnReply(fatalReply: (reply: Buffer) => boolean): void {
    this.#fatalReply = fatalReply;
  }

  disarm(): void {
    this.#fatalReply = null;
  }

  dropAll(): void {
    for (const { client, upstream } of this.#pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  async close(): Promise<void> {
    this.#server.close();
    this.dropAll();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const upstream = connect({ port: this.#targetPort, host: '127.0.0.1', noDelay: true });
    const pair = { client, upstream };
    this.#pairs.add(pair);
    const toServer = this.#lane(upstream);
    const toClient = this.#lane(client);
    client.on('data', (chunk: Buffer) => {
      if (!this.#swallows) toServer(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (this.#swallows) return;
      if (this.#fatalReply?.(chunk) === true) {
        this.#fatalReply = null;
        client.destroy();
        upstream.destroy();
        return;
      }
      toClient(this.#rewrite(chunk));
    });
    for (const socket of [client, upstream]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      });
    }
  }

  /** Writes in order, each chunk after the delay that holds when it comes. */
  #lane(socket: Socket): (chunk: Buffer) => void {
    let busyUntil = 0;
    return (chunk) => {
      const now = performance.now();
      const due = Math.max(busyUntil, now + this.#delayMs);
      if (due <= now) {
        socket.write(chunk);
        return;
      }
      busyUntil = due;
      setTimeout(() => {
        if (!socket.destroyed) socket.write(chunk);
      }, due - now);
    };
  }
}
