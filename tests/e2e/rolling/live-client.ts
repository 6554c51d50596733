import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

export type Message = Readonly<Record<string, unknown>> & { readonly type: string };

const firstPauseMs = 200;
const mostPauseMs = 5_000;

/** What is said over a connection, and what is made of what comes. */
interface Talk {
  /** After every welcome. */
  greet(say: Say): void;
  hear(message: Message, say: Say): void;
}

type Say = (message: object) => void;

/** A connection that is made anew, with full jitter, whenever it was lost. */
export class LiveClient {
  /** How long it was without a connection, each time that it lost one: milliseconds from the end to the next welcome. */
  readonly outages: number[] = [];
  /** With which codes its connections ended. */
  readonly codes: number[] = [];
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #talk: Talk;
  #socket: WebSocket | null = null;
  #isOver = false;
  #lostAt: number | null = null;
  #tries = 0;
  #pauseMs: number | null = null;

  constructor(url: string, headers: Readonly<Record<string, string>>, talk: Talk) {
    this.#url = url;
    this.#headers = headers;
    this.#talk = talk;
  }

  /** Lives until it is stopped. */
  async live(): Promise<void> {
    while (!this.#isOver) {
      await this.#once();
      if (this.#isOver) return;
      this.#lostAt ??= performance.now();
      const most = this.#pauseMs ?? Math.min(mostPauseMs, firstPauseMs * 2 ** this.#tries);
      this.#pauseMs = null;
      this.#tries += 1;
      await sleep(Math.random() * most);
    }
  }

  stop(): void {
    this.#isOver = true;
    this.#socket?.close(1000);
  }

  readonly #say: Say = (message) => {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  };

  #once(): Promise<void> {
    return new Promise((resolve) => {
      const socket = new WebSocket(this.#url, { headers: this.#headers });
      this.#socket = socket;
      socket.on('message', (data: Buffer) => {
        this.#take(JSON.parse(data.toString()) as Message);
      });
      socket.on('error', () => undefined);
      socket.once('close', (code) => {
        this.codes.push(code);
        resolve();
      });
    });
  }

  #take(message: Message): void {
    if (message.type === 'goodbye') this.#pauseMs = Number(message['reconnectInMs']);
    if (message.type === 'welcome') {
      if (this.#lostAt !== null) this.outages.push(performance.now() - this.#lostAt);
      this.#lostAt = null;
      this.#tries = 0;
      this.#talk.greet(this.#say);
    } else this.#talk.hear(message, this.#say);
  }
}

/** A device that does whatever it is pushed, once, and reports it until that was heard. */
export function liveDevice(
  url: string,
  headers: Readonly<Record<string, string>>,
  name: string,
  /** How often each command was begun, by its id. */
  begun: Map<string, number>,
): LiveClient {
  const unheard = new Map<string, object>();
  const done = new Set<string>();
  let attemptId = `${name}:1`;
  return new LiveClient(`${url}/ws/device`, headers, {
    greet(say) {
      for (const result of unheard.values()) say(result);
      say({ type: 'ready', capacity: 2, attemptId });
    },
    hear(message, say) {
      if (message.type === 'result.ok') unheard.delete(String(message['id']));
      if (message.type !== 'command') return;
      const { id, claimToken } = message['command'] as { id: string; claimToken: string };
      attemptId = String(message['attemptId']);
      const key = `${id} ${claimToken}`;
      if (!done.has(key)) begun.set(id, (begun.get(id) ?? 0) + 1);
      done.add(key);
      const result = { type: 'result', id, commandId: id, claimToken, status: 'succeeded', output: 'done' };
      unheard.set(id, result);
      say(result);
    },
  });
}

export interface Watcher {
  readonly client: LiveClient;
  /** Every `seq` that it was told, in order. */
  readonly seen: readonly number[];
  /** Refusals, and events that did not follow on the one before. */
  readonly misfits: readonly unknown[];
}

/** Somebody who watches everything that comes after `seq`, and counts. */
export function watcher(url: string, headers: Readonly<Record<string, string>>, from: number): Watcher {
  const seen: number[] = [];
  const misfits: unknown[] = [];
  const last = (): number => seen.at(-1) ?? from;
  const client = new LiveClient(`${url}/ws/customer`, headers, {
    greet(say) {
      say({ type: 'subscribe', topics: ['activity'], after: last() });
    },
    hear(message) {
      if (message.type === 'error') misfits.push(message);
      if (message.type !== 'event') return;
      const { seq, prevSeq } = message as Message & { readonly seq: number; readonly prevSeq: number };
      if (seq !== last() + 1 || prevSeq !== last()) misfits.push({ seq, prevSeq, after: last() });
      seen.push(seq);
    },
  });
  return { client, seen, misfits };
}
