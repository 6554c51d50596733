import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ApiClient } from '../api-client.js';
import { eventually } from '../eventually.js';

export type Message = Readonly<Record<string, unknown>> & { readonly type: string };

export interface EventMessage extends Message {
  readonly seq: number;
  readonly prevSeq: number;
  readonly kind: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A connection to `/ws/customer`, and everything that came over it. */
export class CustomerSocket {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  readonly closed: Promise<Closing>;
  #asked = 0;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ws/customer`, { headers });
    this.socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as Message));
    this.socket.on('error', () => undefined);
    this.closed = once(this.socket, 'close').then(([code, reason]: unknown[]) => ({
      code: code as number,
      reason: String(reason),
    }));
  }

  /** Signed in by the header, and greeted. */
  static async open({ url, headers }: ApiClient, at = url): Promise<CustomerSocket> {
    const opened = new CustomerSocket(at, headers);
    await opened.next('welcome');
    return opened;
  }

  get events(): readonly EventMessage[] {
    return this.messages.filter((message): message is EventMessage => message.type === 'event');
  }

  get seqs(): readonly number[] {
    return this.events.map(({ seq }) => seq);
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Says something, and waits for its answer, an error included. */
  async ask(message: object): Promise<Message> {
    const id = (this.#asked += 1);
    this.send({ id, ...message });
    return this.find((answer) => answer['id'] === id);
  }

  /** The first message of the type, whenever it came or comes. */
  next(type: string): Promise<Message> {
    return this.find((message) => message.type === type);
  }

  find(isIt: (message: Message) => boolean, withinMs = 10_000): Promise<Message> {
    return eventually(
      () => {
        const found = this.messages.find(isIt);
        if (found === undefined) throw new Error(`not among ${this.messages.map(({ type }) => type).join()}`);
        return found;
      },
      { withinMs },
    );
  }

  event(isIt: (event: EventMessage) => boolean, withinMs = 10_000): Promise<EventMessage> {
    return this.find(
      (message) => message.type === 'event' && isIt(message as EventMessage),
      withinMs,
    ) as Promise<EventMessage>;
  }

  async end(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

/** The machine name of the problem in an error. */
export const codeOf = (message: Message): unknown => {
  const { problem } = message as unknown as { problem?: { code?: unknown } };
  return problem?.code ?? `not an error: ${JSON.stringify(message)}`;
};
