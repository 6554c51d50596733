import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ApiClient } from '../api-client.js';
import { eventually } from '../eventually.js';
import type { SocketMessage } from '../socket-client.js';
import { SocketClient } from '../socket-client.js';

export interface EventMessage extends SocketMessage {
  readonly type: 'event';
  readonly seq: number;
  readonly prevSeq: number;
  readonly kind: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly data: Readonly<Record<string, unknown>>;
}

const isEvent = (message: SocketMessage): message is EventMessage => message.type === 'event';

/** A connection to `/ws/customer`, and everything that came over it. */
export class CustomerSocket extends SocketClient {
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    super(new WebSocket(`${url.replace(/^http/, 'ws')}/ws/customer`, { headers }));
  }

  /** Connected, and nobody yet. */
  static async strange(url: string, headers: Readonly<Record<string, string>> = {}): Promise<CustomerSocket> {
    const opened = new CustomerSocket(url, headers);
    await once(opened.socket, 'open');
    return opened;
  }

  /** Signed in by the header, and greeted. */
  static async met({ url, headers }: ApiClient, at = url): Promise<CustomerSocket> {
    const opened = new CustomerSocket(at, headers);
    await opened.find(({ type }) => type === 'welcome');
    return opened;
  }

  get events(): readonly EventMessage[] {
    return this.messages.filter(isEvent);
  }

  get seqs(): readonly number[] {
    return this.events.map(({ seq }) => seq);
  }

  /** The first message like this, whenever it came or comes, however often it is looked for. */
  find(isIt: (message: SocketMessage) => boolean, withinMs = 10_000): Promise<SocketMessage> {
    return eventually(
      () => {
        const found = this.messages.find(isIt);
        if (found === undefined) throw new Error(`not among ${JSON.stringify(this.messages.slice(-5))}`);
        return found;
      },
      { withinMs },
    );
  }

  async event(isIt: (event: EventMessage) => boolean, withinMs?: number): Promise<EventMessage> {
    return (await this.find((message) => isEvent(message) && isIt(message), withinMs)) as EventMessage;
  }
}

/** Each names the one before it, from `first` on. Answers with what breaks the chain. */
export const brokenLinks = (events: readonly EventMessage[], first: unknown): readonly EventMessage[] =>
  events.filter(({ prevSeq }, index) => prevSeq !== (index === 0 ? first : events[index - 1]?.seq));

/** The machine name of the problem in an error. */
export const codeOf = (message: SocketMessage): unknown => {
  const { problem } = message as unknown as { problem?: { code?: unknown } };
  return problem?.code ?? `not an error: ${JSON.stringify(message)}`;
};
