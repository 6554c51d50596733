import type { LoggedEntry } from '../../domain/activity/logged-entry.js';
import { topicsOf } from '../../domain/live/topic.js';
import type { ActivityLog, ActivityStretch } from '../ports/activity-log.js';
import { GatheredReads } from './gathered-reads.js';
import type { LiveFollower } from './live-follower.js';

/** Entries that are read at once, and handed out in one go: far from what a peer may leave unread. */
const pageSize = 100;

/**
 * The log of one customer as it grows, for those on this instance who follow it. It hands entries out in order, each
 * to every follower within one tick, and its position is the last one that it handed out: whoever has read the log up
 * to that position by themselves has missed nothing, and goes on with what they hear.
 */
export class CustomerFeed {
  readonly customerId: string;
  readonly #log: Pick<ActivityLog, 'read'>;
  readonly #ends: GatheredReads<ActivityStretch>;
  readonly #followers = new Set<LiveFollower>();
  readonly #onEntry: (entry: LoggedEntry) => void;
  #position: number | null = null;
  #isReading = false;
  #hasGrown = false;

  /** `onEntry` hears every entry after the followers. */
  constructor(
    customerId: string,
    log: Pick<ActivityLog, 'read'>,
    onEntry: (entry: LoggedEntry) => void = () => undefined,
  ) {
    this.customerId = customerId;
    this.#log = log;
    this.#ends = new GatheredReads(async ([id = customerId]) => [await log.read(id, 0, 0)], 1);
    this.#onEntry = onEntry;
  }

  get followers(): ReadonlySet<LiveFollower> {
    return this.#followers;
  }

  /** The `seq` of the last entry that was handed out; 0 before the feed begins. */
  get position(): number {
    return this.#position ?? 0;
  }

  add(follower: LiveFollower): void {
    this.#followers.add(follower);
  }

  remove(follower: LiveFollower): void {
    this.#followers.delete(follower);
  }

  /** The log ends at `seq` now, or later: begins there, or goes on until there. */
  reach(seq: number): void {
    if (this.#position === null) this.#position = seq;
    if (seq > this.#position) this.grow();
  }

  /** The log may have grown. */
  grow(): void {
    this.#hasGrown = true;
    if (!this.#isReading && this.#position !== null) void this.#readOn();
  }

  /** How the log stands, in one look for all who ask at the same time. Rejects as the log does. */
  end(): Promise<Pick<ActivityStretch, 'head' | 'forgotten'>> {
    return this.#ends.ask(this.customerId);
  }

  /** For followers that catch up by themselves. Rejects as the log does. */
  read(after: number, limit: number): Promise<ActivityStretch> {
    return this.#log.read(this.customerId, after, limit);
  }

  /** Never rejects: when the log does not answer, the next comparison of positions starts it again. */
  async #readOn(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#hasGrown && this.#followers.size > 0) {
        this.#hasGrown = false;
        const { entries } = await this.read(this.position, pageSize);
        for (const entry of entries) this.#handOut(entry);
        if (entries.length === pageSize) this.#hasGrown = true;
      }
    } catch {
      this.#hasGrown = false;
    } finally {
      this.#isReading = false;
    }
  }

  #handOut(entry: LoggedEntry): void {
    this.#position = entry.seq;
    const topics = topicsOf(entry);
    for (const follower of this.#followers) follower.hearEntry(entry, topics);
    this.#onEntry(entry);
  }
}
