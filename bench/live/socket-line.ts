import { once } from 'node:events';
import { WebSocket } from 'ws';

/** When a message was there, and its text. */
export interface Arrival {
  readonly at: number;
  readonly text: string;
}

interface Waiter {
  readonly resolve: (arrival: Arrival) => void;
  readonly reject: (error: Error) => void;
}

/** Everybody here says the type first, and none is longer. */
const typeStart = '{"type":"'.length;
const typeEnd = typeStart + 32;

/**
 * A connection to somebody who says one JSON object a frame. Messages are told apart by their `type` and not parsed: who
 * measures must not be busier than who is measured.
 */
export class SocketLine {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, Waiter[]>();
  readonly #early = new Map<string, Arrival[]>();
  readonly #listeners = new Map<string, () => void>();
  #onFailure: (error: Error) => void = () => undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      this.#take(data);
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.#fail(new Error(`a connection was closed with ${String(code)}`));
    });
  }

  /** With a token, it is shown with the handshake. */
  static async open(serverUrl: string, path: string, token: string | null): Promise<SocketLine> {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const url = `${serverUrl.replace(/^http/, 'ws')}${path}`;
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    const line = new SocketLine(socket);
    await once(socket, 'open');
    return line;
  }

  say(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The next message of the type that nobody has waited for. Rejects when an error comes, or the end. */
  next(type: string): Promise<Arrival> {
    const early = this.#early.get(type)?.shift();
    if (early !== undefined) return Promise.resolve(early);
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(type);
      if (waiting === undefined) this.#waiting.set(type, [{ resolve, reject }]);
      else waiting.push({ resolve, reject });
    });
  }

  ask(message: object, answer: string): Promise<Arrival> {
    this.say(message);
    return this.next(answer);
  }

  /** Called for every message of the type from now on, instead of those who wait for one; and when something fails. */
  listen(type: string, heard: () => void, failed: (error: Error) => void): void {
    this.#listeners.set(type, heard);
    this.#onFailure = failed;
  }

  close(): void {
    this.#waiting.clear();
    this.#onFailure = () => undefined;
    this.#socket.terminate();
  }

  #take(data: Buffer): void {
    const at = performance.now();
    const start = data.toString('latin1', typeStart, typeEnd);
    const type = start.slice(0, start.indexOf('"'));
    const listener = this.#listeners.get(type);
    if (listener !== undefined) {
      listener();
      return;
    }
    const text = data.toString();
    if (type === 'error') {
      this.#fail(new Error(`a message was refused: ${text}`));
      return;
    }
    const waiter = this.#waiting.get(type)?.shift();
    if (waiter !== undefined) waiter.resolve({ at, text });
    else if (this.#early.get(type)?.push({ at, text }) === undefined) this.#early.set(type, [{ at, text }]);
  }

  #fail(error: Error): void {
    for (const { reject } of [...this.#waiting.values()].flat()) reject(error);
    this.#waiting.clear();
    this.#onFailure(error);
  }
}
