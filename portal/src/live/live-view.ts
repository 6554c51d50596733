import { signal } from '@preact/signals';
import type { LiveConnection, LiveHearer, LiveState } from './live-connection.js';
import type { LiveEvent, LivePresence, LiveProgress } from './live-messages.js';

/** What the view itself asks of its connection. */
type Line = Pick<LiveConnection, 'follow' | 'hurry'>;

/** So long the first look waits for the line. */
const patienceMs = 700;

type Listener<Said> = (said: Said) => void;

/** What the screens hear of the live connection. Each `on…` returns how to stop hearing. */
export class LiveView implements LiveHearer {
  readonly state = signal<LiveState>({ kind: 'away', since: Date.now() });
  /** The `seq` of the last entry of the log; null while nothing was heard yet. */
  readonly head = signal<number | null>(null);
  readonly #events = new Set<Listener<LiveEvent>>();
  readonly #presences = new Set<Listener<LivePresence>>();
  readonly #progress = new Set<Listener<LiveProgress>>();
  readonly #looks = new Set<() => void>();
  readonly #refused: () => void;
  #wasLive = false;
  #begun = Promise.resolve();
  #begin: (() => void) | null = null;
  #connection: Line | null = null;

  constructor(refused: () => void) {
    this.#refused = refused;
  }

  use(connection: Line): void {
    this.#connection = connection;
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
      // A line that does not come keeps nobody from what can be loaded; then it is loaded once more.
      setTimeout(() => {
        this.#begin = null;
        resolve();
      }, patienceMs);
    });
  }

  /** When it makes sense to load something: what changes from then on is told. */
  begun = (): Promise<void> => this.#begun;

  onEvent = (listener: Listener<LiveEvent>): (() => void) => added(this.#events, listener);
  onPresence = (listener: Listener<LivePresence>): (() => void) => added(this.#presences, listener);
  onProgress = (listener: Listener<LiveProgress>): (() => void) => added(this.#progress, listener);
  /** What was loaded may be old: load it again. */
  onLookAgain = (listener: () => void): (() => void) => added(this.#looks, listener);
  follow = (topic: string): (() => void) => this.#connection?.follow(topic) ?? (() => undefined);
  /** Tries again now, and does not wait for its turn. */
  hurry = (): void => this.#connection?.hurry();

  headIs(seq: number): void {
    this.head.value = Math.max(seq, this.head.peek() ?? 0);
  }

  begins(): void {
    if (this.#begin === null) this.lookAgain();
    else this.#begin();
    this.#begin = null;
  }

  event(event: LiveEvent): void {
    this.headIs(event.seq);
    for (const listener of this.#events) listener(event);
  }

  presence(presence: LivePresence): void {
    for (const listener of this.#presences) listener(presence);
  }

  progress(progress: LiveProgress): void {
    for (const listener of this.#progress) listener(progress);
  }

  lookAgain(): void {
    for (const listener of this.#looks) listener();
  }

  stateChanged(state: LiveState): void {
    const isReturn = this.#wasLive && state.kind === 'live' && this.state.peek().kind === 'away';
    this.#wasLive ||= state.kind === 'live';
    this.state.value = state;
    // What is told beside the log was missed meanwhile, and what was looked up meanwhile may have failed.
    if (isReturn) this.lookAgain();
  }

  tokenRefused(): void {
    this.#refused();
  }
}

function added<Item>(set: Set<Item>, item: Item): () => void {
  set.add(item);
  return () => {
    set.delete(item);
  };
}
