import type { Command } from '../../domain/command/command.js';
import { deviceTopic, everything, sessionTopic } from '../../domain/live/topic.js';
import type { LiveSignal } from '../ports/live-bus.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { LiveFollower } from './live-follower.js';

type Place = Pick<Command, 'deviceId' | 'sessionId'>;

/**
 * How far the commands of one customer have come, as far as somebody here follows them. At most one look at a command
 * is under way, and one more follows when it has moved on meanwhile. The signal only says where to look.
 */
export class ProgressWatch {
  readonly #customerId: string;
  readonly #followers: ReadonlySet<LiveFollower>;
  readonly #records: Pick<CommandRecords, 'find'>;
  /** Commands that are looked at, and whether they have moved on since. */
  readonly #looking = new Map<string, boolean>();

  constructor(
    customerId: string,
    followers: ReadonlySet<LiveFollower>,
    records: Pick<CommandRecords, 'find'>,
  ) {
    this.#customerId = customerId;
    this.#followers = followers;
    this.#records = records;
  }

  /** Never rejects: progress that cannot be had now is worth nothing later. */
  async hear(signal: Extract<LiveSignal, { kind: 'progress' }>): Promise<void> {
    const { commandId } = signal;
    if (this.#whoFollows(signal).length === 0) return;
    if (this.#looking.has(commandId)) {
      this.#looking.set(commandId, true);
      return;
    }
    try {
      do {
        this.#looking.set(commandId, false);
        const reading = await this.#records.find(this.#customerId, commandId);
        if (reading !== null && reading.command.progress !== null) {
          for (const follower of this.#whoFollows(reading.command)) follower.hearProgress(reading.command);
        }
      } while (this.#looking.get(commandId) === true);
    } catch {
      return;
    } finally {
      this.#looking.delete(commandId);
    }
  }

  #whoFollows({ deviceId, sessionId }: Place): readonly LiveFollower[] {
    const topics = [everything, deviceTopic(deviceId).name];
    if (sessionId !== null) topics.push(sessionTopic(sessionId).name);
    return [...this.#followers].filter((follower) => topics.some((topic) => follower.follows(topic)));
  }
}
