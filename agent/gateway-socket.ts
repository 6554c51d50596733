import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import type { z } from 'zod';
import type { AgentLog } from './agent-log.js';
import type { SocketMessage } from './device-call.js';
import { errorMessage } from './error-words.js';
import { GatewayRefusal, GatewayUnreachable, parseJson } from './gateway-refusal.js';
import { MessagePace } from './message-pace.js';
import { untilAborted } from './until-aborted.js';
import { announcement, isAnnounced, refusedMessage } from './wire-contract.js';
import type { ClaimedCommand } from './wire-contract.js';

/** A gateway closes the connection for a bigger frame. */
const mostBytes = 524_288;
/** Whoever does not answer a close frame is cut off. */
const closeWithinMs = 1_000;

/** The socket died before the answer came: nobody knows whether the call was carried out. */
export class SocketLost extends GatewayUnreachable {
  constructor(reason: string) {
    super(reason);
    this.name = 'SocketLost';
  }
}

export interface SocketOptions {
  /** What it was opened with. */
  readonly token: string;
  /** A line on which nothing is heard for so long is dead; the gateway pings every 25 s. */
  readonly silentMs: number;
  /** How long the gateway may take for an answer, unless a question says otherwise. */
  readonly answerMs: number;
  readonly log: AgentLog;
  readonly onCancel: (commandId: string) => void;
}

export interface Question<Answer> {
  readonly message: SocketMessage;
  readonly answer: z.ZodType<Answer>;
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/** How a connection ended. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
  /** From the greeting to the end; null when the gateway never greeted. */
  readonly livedMs: number | null;
  /** It was given up because a question found no answer, though it may have looked alive. */
  readonly isDeaf: boolean;
  /** Within what time the gateway asked to come back when it said goodbye; null when it did not. */
  readonly reconnectInMs: number | null;
}

interface Reply {
  readonly resolve: (message: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One connection to the gateway, from its first byte to its last: answers find their questions by `id`. */
export class GatewaySocket {
  readonly token: string;
  /** Resolves when the gateway has greeted, or the connection is over. */
  readonly greeted: Promise<void>;
  /** Resolves when the connection is over; never rejects. */
  readonly closed: Promise<Closing>;
  readonly #socket: WebSocket;
  readonly #options: SocketOptions;
  readonly #pace = new MessagePace();
  readonly #over = new AbortController();
  readonly #replies = new Map<number, Reply>();
  #lastId = 0;
  #underWay = 0;
  #greetedAt: number | null = null;
  #reconnectInMs: number | null = null;
  #onGreeting: () => void = () => undefined;
  #onCommand: ((claimed: ClaimedCommand, attemptId: string) => void) | null = null;
  #cutBecause = '';
  #isDeaf = false;

  /** Takes over a socket that is being opened. */
  constructor(socket: WebSocket, options: SocketOptions) {
    this.token = options.token;
    this.#socket = socket;
    this.#options = options;
    this.greeted = new Promise((resolve) => {
      this.#onGreeting = resolve;
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve(this.#end(code, reason.toString())));
    });
    this.#watch();
    socket.on('error', (error) => {
      this.#cutBecause ||= errorMessage(error);
    });
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.#hear(textOf(data));
    });
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Aborted when the connection is over. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Whom to tell of commands that the gateway pushes. The attempt id says which claim brought them. */
  hearCommands(hear: (claimed: ClaimedCommand, attemptId: string) => void): void {
    this.#onCommand = hear;
  }

  /**
   * Null when this socket cannot carry the message: it is on its way out, or the message is too big. Otherwise
   * rejects with GatewayRefusal, SocketLost, GatewayUnreachable (a senseless answer) or the signal's reason.
   */
  ask<Answer>(question: Question<Answer>): Promise<Answer> | null {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#reconnectInMs !== null) return null;
    const id = this.#lastId + 1;
    const text = JSON.stringify({ ...question.message, id });
    if (Buffer.byteLength(text) > mostBytes) return null;
    this.#lastId = id;
    return this.#exchange(id, text, question);
  }

  /** Says goodbye in the ordinary way. */
  close(): void {
    this.#socket.close(1000);
    const cut = setTimeout(() => this.#socket.terminate(), closeWithinMs);
    this.#over.signal.addEventListener('abort', () => clearTimeout(cut));
  }

  /** Ends it without a word: the peer would not hear it. */
  cut(reason: string): void {
    this.#cutBecause ||= reason;
    this.#socket.terminate();
  }

  async #exchange<Answer>(id: number, text: string, question: Question<Answer>): Promise<Answer> {
    const { answer, timeoutMs = this.#options.answerMs, signal } = question;
    signal.throwIfAborted();
    this.#underWay += 1;
    // A gateway that lets one message wait for so long has nothing for the others either.
    const impatience = setTimeout(() => {
      this.#isDeaf = true;
      this.cut('no answer in time');
    }, timeoutMs);
    try {
      const message = await untilAborted(this.#replyTo(id, text, signal), signal);
      const parsed = answer.safeParse(message);
      if (!parsed.success) throw new GatewayUnreachable('The answer does not follow the contract.');
      return parsed.data;
    } finally {
      clearTimeout(impatience);
      this.#replies.delete(id);
      this.#underWay -= 1;
      this.#leaveWhenIdle();
    }
  }

  async #replyTo(id: number, text: string, signal: AbortSignal): Promise<unknown> {
    const reply = new Promise((resolve, reject) => this.#replies.set(id, { resolve, reject }));
    // Heard of below; a connection that ends while the message waits for its turn must not be an unheard failure.
    reply.catch(() => undefined);
    await this.#pace.turn(signal);
    this.#socket.send(text, () => undefined);
    return reply;
  }

  #hear(text: string): void {
    const message = parseJson(text);
    if (typeof message !== 'object' || message === null) return;
    const id = 'id' in message && typeof message.id === 'number' ? message.id : null;
    const reply = id === null ? undefined : this.#replies.get(id);
    const error = refusedMessage.safeParse(message);
    if (reply !== undefined) {
      if (error.success) reply.reject(refusalFrom(error.data.problem));
      else reply.resolve(message);
    } else if (error.success) {
      const { status, code, detail = '' } = error.data.problem;
      this.#options.log.debug('the gateway complains', { status, code, reason: detail });
    } else if (id === null) this.#hearAnnouncement(message);
  }

  #hearAnnouncement(message: object): void {
    const parsed = announcement.safeParse(message);
    if (!parsed.success) {
      if (isAnnounced(message)) this.#options.log.warn('a message of the gateway makes no sense');
      return;
    }
    switch (parsed.data.type) {
      case 'welcome':
        this.#greetedAt ??= performance.now();
        this.#onGreeting();
        return;
      case 'command':
        this.#onCommand?.(parsed.data.command, parsed.data.attemptId);
        return;
      case 'cancel':
        this.#options.onCancel(parsed.data.commandId);
        return;
      case 'goodbye':
        this.#reconnectInMs = parsed.data.reconnectInMs;
        this.#leaveWhenIdle();
        return;
    }
  }

  /** After a goodbye: what was asked is still answered, and then this side hangs up. */
  #leaveWhenIdle(): void {
    if (this.#reconnectInMs !== null && this.#underWay === 0 && !this.isOver) this.close();
  }

  #watch(): void {
    const { silentMs } = this.#options;
    const silence = setTimeout(() => this.cut(`nothing heard for ${silentMs} ms`), silentMs);
    for (const event of ['open', 'ping', 'pong', 'message']) this.#socket.on(event, () => silence.refresh());
    this.#over.signal.addEventListener('abort', () => clearTimeout(silence));
  }

  #end(code: number, givenReason: string): Closing {
    const reason = givenReason === '' ? this.#cutBecause : givenReason;
    this.#over.abort();
    for (const { reject } of this.#replies.values()) reject(new SocketLost(reason));
    this.#replies.clear();
    this.#onGreeting();
    const livedMs = this.#greetedAt === null ? null : performance.now() - this.#greetedAt;
    return { code, reason, livedMs, isDeaf: this.#isDeaf, reconnectInMs: this.#reconnectInMs };
  }
}

function refusalFrom({
  status,
  code,
  detail,
  title,
}: z.infer<typeof refusedMessage>['problem']): GatewayRefusal {
  return new GatewayRefusal(status, code, detail ?? title ?? '', null);
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString();
}
