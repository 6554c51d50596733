import type { Command } from '../../domain/command/command.js';

/** Brings the dispatch store in line with what has been recorded. */
export interface DispatchFollower {
  /**
   * Places the commands as they stand at `now`, the database's time, and wakes the devices that have something
   * new to fetch. It never rejects: what it could not tell the store, the reconciler tells it later.
   */
  follow(commands: readonly Command[], now: Date): Promise<void>;
}
