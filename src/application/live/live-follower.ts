import type { LoggedEntry } from '../../domain/activity/logged-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { Beat, Connection } from '../../domain/device/presence.js';

/** How a device looks at this moment. */
export interface DevicePresence {
  readonly deviceId: string;
  readonly connection: Connection;
  /** The last beat; null when none is known. */
  readonly beat: Beat | null;
  readonly lastSeenAt: Date | null;
  readonly agentVersion: string | null;
}

/** Somebody who follows what happens at one customer. None of these may throw, and all of them return at once. */
export interface LiveFollower {
  /** The names of the topics that it follows. */
  topics(): Iterable<string>;
  /** Whether it follows the topic of this name. */
  follows(topic: string): boolean;
  /** Every entry that the feed passes, by `seq`, without gaps, whatever it follows. */
  hearEntry(entry: LoggedEntry, topics: readonly string[]): void;
  /** Of a device that it follows. */
  hearPresence(presence: DevicePresence): void;
  /** Of a command that has come further, and belongs to what it follows. */
  hearProgress(command: Command): void;
}
