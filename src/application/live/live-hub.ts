import type { ActivityLog } from '../ports/activity-log.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { Clock } from '../ports/clock.js';
import type { DeviceDirectory } from '../ports/device-directory.js';
import type { LiveBus, LiveSignal } from '../ports/live-bus.js';
import type { Presence } from '../ports/presence.js';
import { CustomerFeed } from './customer-feed.js';
import { GatheredReads } from './gathered-reads.js';
import type { LiveFollower } from './live-follower.js';
import { PresenceWatch } from './presence-watch.js';
import { ProgressWatch } from './progress-watch.js';

/** Customers whose logs are compared, and devices whose beats are read, with one call. */
const mostIds = 500;

/** Where the hub looks. It looks on its own behalf: whose request is being served at that moment must not matter. */
export interface LiveSources {
  readonly log: Pick<ActivityLog, 'read' | 'heads'>;
  readonly devices: DeviceDirectory;
  readonly records: Pick<CommandRecords, 'find'>;
  readonly presence: Pick<Presence, 'latest'>;
  readonly clock: Clock;
}

/** What is known here of one customer whom somebody follows. */
export interface CustomerLive {
  readonly feed: CustomerFeed;
  readonly presence: PresenceWatch;
}

interface Watched extends CustomerLive {
  readonly stop: () => void;
}

/**
 * Everything that this process hears for those who are connected to it: one feed for each customer with followers, and
 * none for the others. Signals say that something may have changed; the hub looks, and looks by itself every so often.
 */
export class LiveHub {
  readonly #bus: LiveBus;
  readonly #sources: LiveSources;
  readonly #customers = new Map<string, Watched>();
  readonly #heads: GatheredReads<number>;
  readonly #beats: GatheredReads<Awaited<ReturnType<Presence['latest']>>[number]>;

  constructor(bus: LiveBus, sources: LiveSources) {
    this.#bus = bus;
    this.#sources = sources;
    this.#heads = new GatheredReads((ids) => sources.log.heads(ids), mostIds);
    this.#beats = new GatheredReads((ids) => sources.presence.latest(ids), mostIds);
  }

  /** How many follow the customer here. */
  countOf(customerId: string): number {
    return this.#customers.get(customerId)?.feed.followers.size ?? 0;
  }

  /**
   * From now on the follower hears of the customer; `head` is where the log ended at this moment or later. Rejects when
   * that cannot be learnt, and then it follows nothing. To be ended with `leave`, also when it is not waited for.
   */
  async follow(
    customerId: string,
    follower: LiveFollower,
  ): Promise<CustomerLive & { readonly head: number }> {
    const customer = this.#customers.get(customerId) ?? this.#open(customerId);
    customer.feed.add(follower);
    try {
      // It listens already: what is appended from here on is signalled to it.
      const head = await this.#heads.ask(customerId);
      customer.feed.reach(head);
      return { ...customer, head };
    } catch (error) {
      this.leave(customerId, follower);
      throw error;
    }
  }

  leave(customerId: string, follower: LiveFollower): void {
    const customer = this.#customers.get(customerId);
    if (customer === undefined) return;
    customer.feed.remove(follower);
    if (customer.feed.followers.size > 0) return;
    customer.stop();
    this.#customers.delete(customerId);
  }

  /** Compares every feed with its log, so that a lost signal costs no more than the time between two comparisons. */
  async compare(): Promise<void> {
    const ids = [...this.#customers.keys()];
    for (let from = 0; from < ids.length; from += mostIds) {
      const some = ids.slice(from, from + mostIds);
      const heads = await this.#sources.log.heads(some);
      for (const [index, id] of some.entries()) this.#customers.get(id)?.feed.reach(heads[index] ?? 0);
    }
  }

  /** Tells which of the followed devices look otherwise by now, because time has passed. */
  async sweepPresence(): Promise<void> {
    const sweeps = [...this.#customers.values()].map(({ presence }) => presence.sweep());
    // None of them waits for one that fails, which is told nevertheless.
    await Promise.allSettled(sweeps);
    await Promise.all(sweeps);
  }

  #open(customerId: string): Watched {
    const { log, devices, records, clock } = this.#sources;
    const feed = new CustomerFeed(customerId, log, (entry) => {
      presence.hearEntry(entry);
    });
    const latest = (deviceId: string) => this.#beats.ask(deviceId);
    const presence = new PresenceWatch(customerId, feed.followers, { devices, latest, clock });
    const progress = new ProgressWatch(customerId, feed.followers, records);
    const hear = (signal: LiveSignal): void => {
      if (signal.kind === 'activity') feed.grow();
      else if (signal.kind === 'beat') void presence.hear(signal.deviceId);
      else if (signal.kind === 'progress') void progress.hear(signal);
    };
    const customer = { feed, presence, stop: this.#bus.listen({ customerId }, hear) };
    this.#customers.set(customerId, customer);
    return customer;
  }
}
