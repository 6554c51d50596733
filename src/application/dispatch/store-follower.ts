import type { Command } from '../../domain/command/command.js';
import { hasCompany } from '../../domain/command/hindrance.js';
import type { Placement } from '../../domain/command/placement.js';
import { placementOf } from '../../domain/command/placement.js';
import { ignoreUnavailable } from '../../domain/shared/fault.js';
import type { CommandDeadlines } from '../ports/command-deadlines.js';
import type { CommandReading } from '../ports/command-records.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { DispatchQueue } from '../ports/dispatch-queue.js';
import type { WakeUps } from '../ports/wake-ups.js';
import { nextInLine } from './next-in-line.js';
import { placementByNow } from './placement-by-now.js';

const pageSize = 500;

export class StoreFollower implements DispatchFollower {
  readonly #queue: DispatchQueue;
  readonly #wakeUps: WakeUps;
  readonly #deadlines: CommandDeadlines;

  constructor(queue: DispatchQueue, wakeUps: WakeUps, deadlines: CommandDeadlines) {
    this.#queue = queue;
    this.#wakeUps = wakeUps;
    this.#deadlines = deadlines;
  }

  async follow(commands: readonly Command[], now: Date): Promise<void> {
    // Whether others hinder a queued one, the command alone does not tell.
    const isHinderable = (command: Command): boolean => command.state === 'queued' && hasCompany(command);
    const plain = commands.filter((command) => !isHinderable(command));
    await this.#unlessAway(async () => {
      await this.#place(plain.map((command) => placementOf(command, now)));
      const moved = commands.map((command) => ({ command, now }));
      await this.#placeReadings(await nextInLine(this.#deadlines, moved));
      await this.#placeRecorded(commands.filter(isHinderable).map(({ id }) => id));
    });
  }

  async followRecord(commandIds: readonly string[]): Promise<void> {
    await this.#unlessAway(() => this.#placeRecorded(commandIds));
  }

  async followDevice(deviceId: string): Promise<void> {
    await this.#unlessAway(async () => {
      let afterId: string | null = null;
      do {
        const readings: readonly CommandReading[] = await this.#deadlines.openOf(deviceId, afterId, pageSize);
        await this.#placeReadings(readings);
        afterId = readings.length < pageSize ? null : (readings.at(-1)?.command.id ?? null);
      } while (afterId !== null);
    });
  }

  async #placeRecorded(commandIds: readonly string[]): Promise<void> {
    if (commandIds.length === 0) return;
    const readings = await this.#deadlines.findMany(commandIds);
    await this.#placeReadings(readings);
    // Whoever ended the hindrance after this look may have offered the command before it was taken off the queue.
    const hindered = readings.filter(({ hindrance }) => hindrance !== null).map(({ command }) => command.id);
    if (hindered.length === 0) return;
    const again = await this.#deadlines.findMany(hindered);
    await this.#placeReadings(again.filter(({ hindrance }) => hindrance === null));
  }

  async #placeReadings(readings: readonly CommandReading[]): Promise<void> {
    await this.#place(readings.map(placementByNow));
  }

  async #place(placements: readonly Placement[]): Promise<void> {
    if (placements.length === 0) return;
    const offered = placements.filter(({ kind }) => kind === 'offer').map(({ deviceId }) => deviceId);
    // Sent one after the other, not waited for in between: whoever wakes up looks after what was placed.
    await Promise.all([
      this.#queue.place(placements),
      ...[...new Set(offered)].map((deviceId) => this.#wakeUps.wake(deviceId)),
    ]);
  }

  /** Postgres has it, and the answer stands: the reconciler places it within seconds. */
  async #unlessAway(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      ignoreUnavailable(error);
    }
  }
}
