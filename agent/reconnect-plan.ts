import { Backoff, slowBackoff } from './backoff.js';
import { GatewayRefusal } from './gateway-refusal.js';
import type { Closing } from './gateway-socket.js';

/** Patience of the link, in milliseconds. */
export interface LinkTimes {
  /** From the first packet to the greeting. */
  readonly handshakeMs: number;
  /** A line on which nothing is heard for so long is dead. */
  readonly silentMs: number;
  /** A socket on which a question is not answered for so long is not served. */
  readonly answerMs: number;
  /** At least so long between two tries where sockets do not exist or are not let through. */
  readonly blockedMs: number;
  /** At least so long before this process takes the device's place back from another one. */
  readonly replacedMs: number;
}

/** The gateway pings every 25 s: two of them may be lost. */
export const usualLinkTimes: LinkTimes = {
  handshakeMs: 15_000,
  silentMs: 60_000,
  answerMs: 15_000,
  blockedMs: 120_000,
  replacedMs: 30_000,
};

export interface NextTry {
  readonly delayMs: number;
  /** Whether the long poll serves meanwhile. */
  readonly polls: boolean;
  /** The token was not taken: the next try needs another one. */
  readonly signsIn: boolean;
  /** `replaced`: another process runs under this identity. */
  readonly why: 'dismissed' | 'lost' | 'failed' | 'blocked' | 'signed_out' | 'refused' | 'replaced';
}

const usual = { baseMs: 1_000, capMs: 60_000 };
const longestReplacedMs = 600_000;
/** A connection that lasted so long was no mistake; one that ends sooner, twice in a row, is not to be relied on. */
const steadyMs = 10_000;
/** After so long in peace, nobody else runs under this identity any more. */
const peacefulMs = 600_000;
/** A gateway that says goodbye for longer is not believed: the device must stay reachable. */
const longestGoodbyeMs = 60_000;

/** When to try the socket again, and what to do until then. Full jitter: a fleet does not come back together. */
export class ReconnectPlan {
  readonly #times: LinkTimes;
  readonly #random: () => number;
  readonly #usual: Backoff;
  readonly #refused: Backoff;
  readonly #blocked: Backoff;
  readonly #replaced: Backoff;
  #unsteady = 0;

  constructor(times: LinkTimes, random: () => number) {
    const { blockedMs, replacedMs } = times;
    this.#times = times;
    this.#random = random;
    this.#usual = new Backoff(usual, random);
    this.#refused = new Backoff(slowBackoff, random);
    this.#blocked = new Backoff({ baseMs: 1.5 * blockedMs, capMs: 1.5 * blockedMs }, random);
    this.#replaced = new Backoff({ baseMs: replacedMs, capMs: longestReplacedMs }, random);
  }

  /** After a connection that the gateway had accepted, whether it was greeted or not. */
  afterClosing({ code, livedMs, isDeaf, reconnectInMs }: Closing): NextTry {
    // One that answers nothing is as bad as none, however long it looked alive.
    const lived = isDeaf ? 0 : (livedMs ?? 0);
    this.#unsteady = lived >= steadyMs || reconnectInMs !== null ? 0 : this.#unsteady + 1;
    if (this.#unsteady === 0) this.#usual.reset();
    if (lived >= steadyMs) this.#refused.reset();
    if (lived >= peacefulMs) this.#replaced.reset();
    // The first time may be chance, and an agent in a healthy network never polls.
    const polls = livedMs === null || isDeaf || this.#unsteady > 1;
    if (code === 4409) {
      // No polling either: two processes that share a device's commands are worse than one that waits.
      const delayMs = this.#replaced.next(this.#times.replacedMs);
      return { delayMs, polls: false, signsIn: false, why: 'replaced' };
    }
    if (code === 4403) return { delayMs: this.#refused.next(), polls: true, signsIn: true, why: 'refused' };
    if (code === 4401) return { delayMs: this.#usual.next(), polls, signsIn: true, why: 'signed_out' };
    if (reconnectInMs !== null) {
      const delayMs = Math.round(this.#random() * Math.min(reconnectInMs, longestGoodbyeMs));
      return { delayMs, polls: false, signsIn: false, why: 'dismissed' };
    }
    const why = livedMs === null ? 'failed' : 'lost';
    return { delayMs: this.#usual.next(), polls, signsIn: false, why };
  }

  /** After an answer that was no upgrade, from the gateway or from something on the way. */
  afterRefusal(error: unknown): NextTry {
    const failed = { polls: true, signsIn: false };
    if (!(error instanceof GatewayRefusal)) return { ...failed, delayMs: this.#usual.next(), why: 'failed' };
    const { status, code, retryAfterMs } = error;
    if (status === 401 || (status === 403 && code.startsWith('device_')))
      return { ...failed, delayMs: this.#usual.next(retryAfterMs), signsIn: true, why: 'signed_out' };
    if (status === 408 || status === 429 || status >= 500)
      return { ...failed, delayMs: this.#usual.next(retryAfterMs), why: 'failed' };
    // No such path, no upgrades, a redirect, a proxy's page: nothing that the next minute would change.
    return { ...failed, delayMs: this.#blocked.next(this.#times.blockedMs), why: 'blocked' };
  }
}
