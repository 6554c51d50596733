import type { Command } from '../../domain/command/command.js';

/**
 * Brings the dispatch store in line with what has been recorded, and wakes the devices that have something new to
 * fetch. No call rejects: what could not be told to the store, the reconciler tells it later.
 */
export interface DispatchFollower {
  /**
   * Places the commands as they stand at `now`, the database's time; with those that have ended, the ones that
   * waited for their end.
   */
  follow(commands: readonly Command[], now: Date): Promise<void>;
  /** Places the commands as the record has them by now, hindered or not. */
  followRecord(commandIds: readonly string[]): Promise<void>;
  /** Places everything of the device that has not ended, as the record has it by now. */
  followDevice(deviceId: string): Promise<void>;
}
