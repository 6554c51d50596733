import type { LiveEvent, LiveMessage, LivePresence, LiveProgress } from './live-messages.js';
import { liveMessageOf } from './live-messages.js';
import { reconnectDelayMs } from './reconnect-delay.js';

/** What a socket tells whoever opened it. */
export interface SocketEars {
  opened(): void;
  heard(data: unknown): void;
  closed(code: number): void;
}

/** As much of a WebSocket as is used. What is sent while it is not open is lost. */
export interface LiveSocket {
  send(text: string): void;
  close(): void;
}

/** Who is told what is heard. */
export interface LiveHearer {
  event(event: LiveEvent): void;
  presence(presence: LivePresence): void;
  progress(progress: LiveProgress): void;
  /** Where the log ends, as far as it is known. */
  headIs(seq: number): void;
  /** The line hears everything from now on, for the first time: what is loaded from here on cannot be too old. */
  begins(): void;
  /** What was loaded before may be older than what is heard from now on: look again. */
  lookAgain(): void;
  /** `away` since a time of this machine's clock; `live` when everything missed has been told. */
  stateChanged(state: LiveState): void;
  /** The gateway does not take the token. */
  tokenRefused(): void;
}

export type LiveState = { readonly kind: 'live' } | { readonly kind: 'away'; readonly since: number };

export interface LiveSettings {
  readonly customerId: string;
  /** Ears hear nothing before this has returned. */
  readonly open: (ears: SocketEars) => LiveSocket;
  /** Null: nobody is signed in. Rejects while the identity does not answer. */
  readonly token: () => Promise<string | null>;
  readonly now: () => number;
  readonly random: () => number;
}

/** Everything the member may see, and the presence of all devices. */
const baseTopics = ['activity', 'devices'];
/** Names the subscription that all else hangs on. */
const baseId = 'base';
const pingEveryMs = 8_000;
/** After which silence a connection is given up: a pulled plug closes nothing. */
const deafAfterMs = 15_000;

/** The view's own line to `/ws/customer`: it comes back by itself and goes on after the last event that it heard. */
export class LiveConnection {
  readonly #settings: LiveSettings;
  readonly #hearer: LiveHearer;
  readonly #topics = new Map<string, number>();
  #socket: LiveSocket | null = null;
  #lastSeq: number | null = null;
  #awaySince: number;
  #attempt = 0;
  /** Over what time the gateway wants those to come back whom it sent away. */
  #spreadMs: number | null = null;
  #heardAt = 0;
  #isWelcome = false;
  #isLive = false;
  #isOver = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;

  constructor(settings: LiveSettings, hearer: LiveHearer) {
    this.#settings = settings;
    this.#hearer = hearer;
    this.#awaySince = settings.now();
  }

  start(): void {
    this.#pulse = setInterval(() => this.#beat(), pingEveryMs);
    void this.#connect();
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#pulse);
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** Hears what is said beside the log about a device or a session; returns how to stop that. */
  follow(topic: string): () => void {
    const followers = this.#topics.get(topic) ?? 0;
    this.#topics.set(topic, followers + 1);
    if (followers === 0) this.#say({ type: 'subscribe', topics: [topic] });
    let isFollowing = true;
    return () => {
      if (!isFollowing) return;
      isFollowing = false;
      const left = (this.#topics.get(topic) ?? 1) - 1;
      if (left > 0) this.#topics.set(topic, left);
      else {
        this.#topics.delete(topic);
        this.#say({ type: 'unsubscribe', topics: [topic] });
      }
    };
  }

  /** In place: the connection stays, and so does what it follows. */
  renew(token: string): void {
    if (this.#isWelcome)
      this.#send({ type: 'auth', accessToken: token, customerId: this.#settings.customerId });
  }

  /** The network says that it is back: no more waiting. */
  hurry(): void {
    if (this.#isLive || this.#isOver) return;
    this.#attempt = 0;
    clearTimeout(this.#retry);
    this.#drop();
    void this.#connect();
  }

  /** The network says that it is gone: there is no need to find out. */
  lost(): void {
    if (this.#socket !== null) this.#closed(1006);
  }

  async #connect(): Promise<void> {
    this.#socket = null;
    const token = await this.#settings.token().catch(() => undefined);
    if (this.#isOver || this.#socket !== null) return;
    if (token === undefined) {
      this.#tryAgain();
      return;
    }
    if (token === null) {
      this.#hearer.tokenRefused();
      return;
    }
    this.#heardAt = this.#settings.now();
    const { customerId } = this.#settings;
    const mine = (act: () => void): void => {
      if (this.#socket === socket) act();
    };
    const socket: LiveSocket = this.#settings.open({
      opened: () => mine(() => this.#send({ type: 'auth', accessToken: token, customerId })),
      heard: (data) => mine(() => this.#hear(liveMessageOf(data))),
      closed: (code) => mine(() => this.#closed(code)),
    });
    this.#socket = socket;
  }

  #hear(message: LiveMessage | null): void {
    this.#heardAt = this.#settings.now();
    switch (message?.type) {
      case 'welcome':
        // Another one answers a renewal.
        this.#hearer.headIs(message.seq);
        if (!this.#isWelcome) this.#subscribe(message.seq);
        break;
      case 'subscribed':
        // What was forgotten cannot be told: what is on the screen has to be looked up.
        if (message.replayFrom !== null && message.replayFrom > (this.#lastSeq ?? 0))
          this.#hearer.lookAgain();
        break;
      case 'event':
        // Each event once, whatever number of topics it belongs to.
        if (message.seq <= (this.#lastSeq ?? 0)) return;
        this.#lastSeq = message.seq;
        this.#hearer.event(message);
        break;
      case 'caught_up':
        this.#lastSeq = Math.max(this.#lastSeq ?? 0, message.seq);
        this.#becomeLive();
        break;
      case 'presence':
        this.#hearer.presence(message);
        break;
      case 'progress':
        this.#hearer.progress(message);
        break;
      case 'goodbye':
        this.#attempt = 0;
        this.#spreadMs = message.reconnectInMs ?? null;
        break;
      case 'error':
        if (message.id === baseId) this.#refused(message.problem.code);
        break;
      default:
    }
  }

  #subscribe(head: number): void {
    this.#isWelcome = true;
    const isFirst = this.#lastSeq === null;
    this.#lastSeq ??= head;
    this.#send({ type: 'subscribe', id: baseId, topics: baseTopics, after: this.#lastSeq });
    // One by one: a device that is gone must not take the others with it.
    for (const topic of this.#topics.keys()) this.#send({ type: 'subscribe', topics: [topic] });
    if (isFirst) this.#hearer.begins();
  }

  /** A line that follows nothing is none: it is tried again, later. */
  #refused(code: string): void {
    // The log ends before where we were: somebody has put back an older one.
    if (code === 'invalid_request') this.#lastSeq = null;
    this.#closed(1013);
  }

  #becomeLive(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    this.#attempt = 0;
    this.#hearer.stateChanged({ kind: 'live' });
  }

  #closed(code: number): void {
    this.#drop();
    if (this.#isLive) {
      this.#isLive = false;
      this.#awaySince = this.#settings.now();
    }
    this.#hearer.stateChanged({ kind: 'away', since: this.#awaySince });
    if (code === 4401 || code === 4403) this.#hearer.tokenRefused();
    this.#tryAgain();
  }

  #tryAgain(): void {
    if (this.#isOver) return;
    clearTimeout(this.#retry);
    const chance = this.#settings.random();
    const delay = this.#spreadMs === null ? reconnectDelayMs(this.#attempt, chance) : this.#spreadMs * chance;
    this.#spreadMs = null;
    this.#attempt += 1;
    this.#retry = setTimeout(() => void this.#connect(), delay);
  }

  #beat(): void {
    if (this.#socket === null) return;
    if (this.#settings.now() - this.#heardAt > deafAfterMs) this.#closed(1006);
    else this.#send({ type: 'ping' });
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isWelcome = false;
    socket?.close();
  }

  /** What is said before the gateway has welcomed us is said by `#subscribe`. */
  #say(message: object): void {
    if (this.#isWelcome) this.#send(message);
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }
}
