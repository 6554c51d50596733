import { WebSocket } from 'ws';
import type { CloseCode } from './close-codes.js';
import { closeCodes } from './close-codes.js';

/** What a peer may leave unread. Beyond, it is closed as a slow consumer and resumes from where it was. */
const mostUnsentBytes = 1_048_576;

/** The part of `ws` that is needed here. */
type Socket = Pick<WebSocket, 'readyState' | 'bufferedAmount' | 'send' | 'close'>;

/** One socket, as those who speak over it see it. Everything on it is text, one JSON object a frame. */
export class Connection {
  readonly id: string;
  readonly #socket: Socket;

  constructor(id: string, socket: Socket) {
    this.id = id;
    this.#socket = socket;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Whether so much is unread that what is worth little later had better be left out. */
  get isBehind(): boolean {
    return this.#socket.bufferedAmount > mostUnsentBytes / 4;
  }

  /** False when nobody is there to read it. */
  send(message: object): boolean {
    return this.sendText(JSON.stringify(message));
  }

  /** The same for what was made into text before, for several connections at once. */
  sendText(text: string): boolean {
    if (!this.#mayTake(text)) return false;
    this.#socket.send(text, ignoreFailure);
    return true;
  }

  /** Resolves when the peer's side of the line has taken it, and all before; false when nobody is there. */
  sendAndWait(text: string): Promise<boolean> {
    if (!this.#mayTake(text)) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#socket.send(text, (error) => {
        resolve(error === undefined || error === null);
      });
    });
  }

  close(code: CloseCode, reason: string): void {
    // A reason has 123 bytes (RFC 6455, section 5.5): ours are short, and ASCII.
    if (this.isOpen) this.#socket.close(code, reason.slice(0, 123));
  }

  #mayTake(text: string): boolean {
    if (!this.isOpen) return false;
    // One message alone says nothing of the reader, however long it is.
    const { bufferedAmount } = this.#socket;
    if (bufferedAmount === 0 || bufferedAmount <= mostUnsentBytes - text.length) return true;
    this.close(closeCodes.slowConsumer, 'too much is unread');
    return false;
  }
}

/** A connection that broke says so by closing. */
const ignoreFailure = (): void => undefined;
