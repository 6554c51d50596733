import { signal } from '@preact/signals';
import type { LiveConnection, LiveHearer, LiveState } from './live-connection.js';
import type { LiveEvent, LivePresence, LiveProgress } from './live-messages.js';

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
  #connection: LiveConnection | null = null;

  constructor(refused: () => void) {
    this.#refused = refused;
  }

  use(connection: LiveConnection): void {
    this.#connection = connection;
  }

  onEvent = (listener: Listener<LiveEvent>): (() => void) => added(this.#events, listener);
  onPresence = (listener: Listener<LivePresence>): (() => void) => added(this.#presences, listener);
  onProgress = (listener: Listener<LiveProgress>): (() => void) => added(this.#progress, listener);
  /** What was loaded may be old: load it again. */
  onLookAgain = (listener: () => void): (() => void) => added(this.#looks, listener);
  follow = (topic: string): (() => void) => this.#connection?.follow(topic) ?? (() => undefined);

  headIs(seq: number): void {
    this.head.value = Math.max(seq, this.head.peek() ?? 0);
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
    this.state.value = state;
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
