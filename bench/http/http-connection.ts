import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One connection that stays open, one request at a time. Node's own client costs more processor time than the routes
 * that are measured, and would be the bottleneck; this one reads answers that say their length, and no others.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #received: Buffer = Buffer.alloc(0);
  #waiting: {
    readonly resolve: (answer: HttpAnswer) => void;
    readonly reject: (error: Error) => void;
  } | null = null;

  constructor(url: string) {
    const { hostname, port, host } = new URL(url);
    this.#host = host;
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  send(method: string, path: string, token: string | null, body: object): Promise<HttpAnswer> {
    const text = JSON.stringify(body);
    const identity = token === null ? '' : `authorization: Bearer ${token}\r\n`;
    const content = `content-type: application/json\r\ncontent-length: ${String(Buffer.byteLength(text))}`;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) throw new Error('the connection was closed');
      this.#waiting = { resolve, reject };
      this.#socket.write(
        `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${identity}${content}\r\n\r\n${text}`,
      );
    });
  }

  /** As `send`, and rejects unless the answer is a success. */
  async call<Body>(method: string, path: string, token: string | null, body: object): Promise<Body> {
    const answer = await this.send(method, path, token, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${String(answer.status)} ${answer.body}`);
    return JSON.parse(answer.body) as Body;
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
    const status = Number(head.slice(9, 12));
    if (Number.isNaN(length) && status !== 204) {
      this.#fail(new Error('an answer came without its length'));
      return;
    }
    const end = headEnd + 4 + (status === 204 ? 0 : length);
    if (this.#received.length < end) return;
    const body = this.#received.toString('utf8', headEnd + 4, end);
    this.#received = this.#received.subarray(end);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve({ status, body });
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}
