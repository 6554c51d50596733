import type { AgentLog } from './agent-log.js';
import { pause } from './backoff.js';
import type { Bell } from './bell.js';
import { GatewayRefusal, GatewayUnreachable } from './gateway-refusal.js';
import type { GatewaySession } from './gateway-session.js';
import type { GatewaySocket } from './gateway-socket.js';
import { ReconnectPlan } from './reconnect-plan.js';
import type { LinkTimes, NextTry } from './reconnect-plan.js';
import { openSocket } from './socket-handshake.js';
import { untilAborted } from './until-aborted.js';

export const transports = ['auto', 'poll'] as const;
/** `auto`: the socket first, and the long poll while there is none. `poll`: never a socket. */
export type Transport = (typeof transports)[number];

export interface LinkOptions {
  readonly url: URL;
  readonly transport: Transport;
  readonly session: GatewaySession;
  readonly log: AgentLog;
  readonly random: () => number;
  readonly times: LinkTimes;
  /** Rung when a socket comes up or goes down, and when it becomes time to poll. */
  readonly changes: Bell;
  readonly onCancel: (commandId: string) => void;
}

/** Keeps one socket to the gateway, and says whether there is one and whether to poll instead. */
export class GatewayLink {
  readonly #options: LinkOptions;
  readonly #plan: ReconnectPlan;
  #socket: GatewaySocket | null = null;
  #polls: boolean;
  #up = new AbortController();
  #isTold = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#plan = new ReconnectPlan(options.times, options.random);
    this.#polls = options.transport === 'poll';
  }

  /** The connection that is up, if one is. */
  get socket(): GatewaySocket | null {
    return this.#socket;
  }

  /** Whether to poll: the socket was tried and is not there. */
  get polls(): boolean {
    return this.#polls;
  }

  /** Aborted while a socket is up. */
  get up(): AbortSignal {
    return this.#up.signal;
  }

  /** Connects again and again until the signal aborts. Rejects only with an AgentFailure: the device is retired. */
  async keep(signal: AbortSignal): Promise<void> {
    if (this.#options.transport === 'poll') return untilAborted(new Promise(() => undefined), signal);
    for (;;) {
      const token = await this.#options.session.token(signal);
      const next = await this.#connection(token, signal);
      signal.throwIfAborted();
      if (next.signsIn) this.#options.session.forgetToken(token);
      this.#polls = next.polls;
      this.#options.changes.ring();
      await pause(next.delayMs, signal);
    }
  }

  /** One connection from its handshake to its end. */
  async #connection(token: string, signal: AbortSignal): Promise<NextTry> {
    const { url, log, times, onCancel } = this.#options;
    try {
      const socket = await openSocket({ url, token, log, onCancel, signal, ...times });
      if (!socket.isOver) this.#comeUp(socket);
      try {
        const closing = await untilAborted(socket.closed, signal);
        const next = this.#plan.afterClosing(closing);
        this.#explain(next, `${closing.code} ${closing.reason}`.trim());
        return next;
      } finally {
        this.#goDown();
        if (!socket.isOver) socket.close();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayRefusal || error instanceof GatewayUnreachable)) throw error;
      const next = this.#plan.afterRefusal(error);
      this.#explain(next, error.message);
      return next;
    }
  }

  #comeUp(socket: GatewaySocket): void {
    this.#socket = socket;
    this.#polls = false;
    this.#options.session.speakOver(socket);
    if (this.#isTold) this.#options.log.info('socket is up again');
    else this.#options.log.debug('socket is up');
    this.#isTold = false;
    this.#up.abort(new Error('The socket is up.'));
    this.#options.changes.ring();
  }

  #goDown(): void {
    if (this.#socket === null) return;
    this.#socket = null;
    this.#options.session.speakOver(null);
    this.#up = new AbortController();
    this.#options.changes.ring();
  }

  // Said once an outage, not once a try. A connection that ends and comes back at once is nobody's concern.
  #explain({ why, polls, delayMs }: NextTry, reason: string): void {
    const { log } = this.#options;
    log.debug('socket closed', { why, reason, delayMs });
    if (why === 'replaced') {
      const message =
        'another process runs under the identity of this device and has taken its place; stop one of them';
      log.error(message, { delayMs });
    } else if (polls && !this.#isTold) {
      this.#isTold = true;
      log.warn('no socket to the gateway, polling instead', { why, reason });
    }
  }
}
