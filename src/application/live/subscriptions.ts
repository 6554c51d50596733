import type { LoggedEntry } from '../../domain/activity/logged-entry.js';
import { topicsOf } from '../../domain/live/topic.js';
import { isUnavailable } from '../../domain/shared/fault.js';
import type { ActivityStretch } from '../ports/activity-log.js';
import type { CustomerFeed } from './customer-feed.js';

/** Entries that are read at once. */
const pageSize = 200;
/** Entries that are sent before it is waited until they were taken. */
const strideSize = 25;

/** Where the events of one connection go. */
export interface EventOutlet {
  send(entry: LoggedEntry, prevSeq: number): void;
  /** Resolves when it was taken, with everything before it; false when nobody is there any more. */
  sendAndWait(entry: LoggedEntry, prevSeq: number): Promise<boolean>;
  /** Everything up to `seq` was sent. */
  caughtUp(seq: number): void;
  /** Resolves when it is time to ask again a log that did not answer. */
  rest(): Promise<void>;
}

interface Replay {
  readonly after: number;
  readonly topics: ReadonlySet<string>;
  /** From where on each topic was followed already: what those brought is not sent again. */
  readonly covered: ReadonlyMap<string, number>;
}

/**
 * The topics of one connection, and how far it has come. It has one position: everything of its topics up to there was
 * sent, everything after is still to come. Live, the position is that of the feed. A replay goes first from where
 * it was asked for to the position, while live entries are left alone; then the position catches up with the feed, page
 * by page and as fast as the peer reads; in the tick in which the two are equal, it is live again.
 */
export class Subscriptions {
  readonly #feed: Pick<CustomerFeed, 'position' | 'read'>;
  readonly #outlet: EventOutlet;
  /** From where on each topic is followed. */
  readonly #topics = new Map<string, number>();
  readonly #replays: Replay[] = [];
  #position: number;
  /** How far it has to come at least before it is live. */
  #goal = 0;
  #prevSeq: number | null = null;
  /** From the first event on, or from the first `after`, whichever comes first. */
  #isChainBegun = false;
  #isLive = true;
  #isOver = false;
  #isRunning = false;
  /** Additions that were not told to the peer yet. */
  #untold = 0;
  /** Counts additions: what was read before one was not read for it. */
  #additions = 0;
  #unannounced = 0;
  /** Events that were sent without waiting. */
  #unheard = 0;

  /** In the tick in which the connection begins to hear the feed. */
  constructor(feed: Pick<CustomerFeed, 'position' | 'read'>, outlet: EventOutlet) {
    this.#feed = feed;
    this.#outlet = outlet;
    this.#position = feed.position;
  }

  topics(): Iterable<string> {
    return this.#topics.keys();
  }

  follows(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** Replays that wait for their turn. */
  get waiting(): number {
    return this.#replays.length;
  }

  /**
   * Follows them from `after` on or, when it is null, from `head` on, where the log ends at this moment. Nothing more is
   * sent until `goOn` is called, once for each addition.
   */
  add(topics: readonly string[], after: number | null, head: number): void {
    const from = after ?? head;
    const covered = new Map(this.#topics);
    for (const topic of topics) this.#topics.set(topic, Math.min(covered.get(topic) ?? from, from));
    if (!this.#isChainBegun) this.#prevSeq = after ?? this.#prevSeq ?? head;
    if (after !== null) this.#isChainBegun = true;
    this.#isLive = false;
    this.#untold += 1;
    this.#additions += 1;
    if (after === null) return;
    const missing = topics.filter((topic) => (covered.get(topic) ?? Infinity) > after);
    this.#replays.push({ after, topics: new Set(missing), covered });
    this.#goal = Math.max(this.#goal, head);
  }

  remove(topics: readonly string[]): void {
    for (const topic of topics) this.#topics.delete(topic);
  }

  /** Resolves when whatever it started has ended. Rejects only when the log refuses what cannot be refused. */
  async goOn(): Promise<void> {
    this.#untold -= 1;
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      await this.#catchUp();
    } finally {
      this.#isRunning = false;
    }
  }

  stop(): void {
    this.#isOver = true;
    this.#topics.clear();
  }

  hear(entry: LoggedEntry, topics: readonly string[]): void {
    if (!this.#isLive || entry.seq <= this.#position) return;
    this.#position = entry.seq;
    if (this.#isFollowed(entry, topics)) this.#outlet.send(entry, this.#next(entry));
  }

  async #catchUp(): Promise<void> {
    while (!this.#isOver && this.#untold === 0) {
      const replay = this.#replays.shift();
      if (replay !== undefined) {
        await this.#replay(replay);
        this.#unannounced += 1;
        continue;
      }
      const target = Math.max(this.#goal, this.#feed.position);
      if (this.#position < target) {
        await this.#turnPage(target);
        continue;
      }
      // Nothing was waited for since the look at the feed: from here on, whatever it hands out is heard.
      this.#isLive = true;
      for (; this.#unannounced > 0; this.#unannounced -= 1) this.#outlet.caughtUp(this.#position);
      return;
    }
  }

  /** Sends what was not sent up to the position, which stays. */
  async #replay({ after, topics, covered }: Replay): Promise<void> {
    const end = this.#position;
    if (topics.size === 0) return;
    let at = after;
    while (at < end && !this.#isOver) {
      const { entries } = await this.#read(at, Math.min(pageSize, end - at));
      const missed = entries.filter((entry) => {
        const of = topicsOf(entry);
        const isAsked = entry.seq <= end && of.some((topic) => topics.has(topic));
        return isAsked && !of.some((topic) => isFrom(covered, topic, entry.seq));
      });
      for (const entry of missed) await this.#offer(entry);
      at = entries.at(-1)?.seq ?? end;
    }
  }

  /** Goes on by some entries, sending those that are followed. */
  async #turnPage(target: number): Promise<void> {
    const additions = this.#additions;
    const { entries } = await this.#read(this.#position, pageSize);
    for (const entry of entries) {
      // What was added meanwhile is replayed up to the position first.
      if (this.#isOver || additions !== this.#additions) return;
      this.#position = entry.seq;
      await this.#offer(entry);
    }
    // Nothing there: what stood before the target was forgotten.
    if (entries.length === 0 && additions === this.#additions) this.#position = target;
  }

  /** Sends it when it is followed at this moment; now and then, it waits until the peer has taken it. */
  async #offer(entry: LoggedEntry): Promise<void> {
    if (this.#isOver || !this.#isFollowed(entry, topicsOf(entry))) return;
    this.#unheard += 1;
    if (this.#unheard < strideSize) {
      this.#outlet.send(entry, this.#next(entry));
      return;
    }
    this.#unheard = 0;
    if (!(await this.#outlet.sendAndWait(entry, this.#next(entry)))) this.#isOver = true;
  }

  async #read(after: number, limit: number): Promise<Pick<ActivityStretch, 'entries'>> {
    while (!this.#isOver) {
      try {
        return await this.#feed.read(after, limit);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        await this.#outlet.rest();
      }
    }
    return { entries: [] };
  }

  #isFollowed({ seq }: LoggedEntry, topics: readonly string[]): boolean {
    return topics.some((topic) => isFrom(this.#topics, topic, seq));
  }

  /** The last one sent before this one, which is the last one sent from now on. */
  #next({ seq }: LoggedEntry): number {
    const before = this.#prevSeq ?? 0;
    this.#prevSeq = seq;
    this.#isChainBegun = true;
    return before;
  }
}

const isFrom = (topics: ReadonlyMap<string, number>, topic: string, seq: number): boolean => {
  const from = topics.get(topic);
  return from !== undefined && from < seq;
};
