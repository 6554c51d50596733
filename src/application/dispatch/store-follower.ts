import type { Command } from '../../domain/command/command.js';
import { placementOf } from '../../domain/command/placement.js';
import { ignoreUnavailable } from '../../domain/shared/fault.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { DispatchQueue } from '../ports/dispatch-queue.js';
import type { WakeUps } from '../ports/wake-ups.js';

export class StoreFollower implements DispatchFollower {
  readonly #queue: DispatchQueue;
  readonly #wakeUps: WakeUps;

  constructor(queue: DispatchQueue, wakeUps: WakeUps) {
    this.#queue = queue;
    this.#wakeUps = wakeUps;
  }

  async follow(commands: readonly Command[], now: Date): Promise<void> {
    if (commands.length === 0) return;
    const placements = commands.map((command) => placementOf(command, now));
    try {
      await this.#queue.place(placements);
    } catch (error) {
      // Postgres has it, and the answer stands: the reconciler places it within seconds.
      ignoreUnavailable(error);
      return;
    }
    const offered = placements.filter(({ kind }) => kind === 'offer').map(({ deviceId }) => deviceId);
    await Promise.all([...new Set(offered)].map((deviceId) => this.#wakeUps.wake(deviceId)));
  }
}
