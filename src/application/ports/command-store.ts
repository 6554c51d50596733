import type { Command } from '../../domain/command/command.js';

/** Commands inside a transaction that also changes something else. */
export interface CommandStore {
  /** The customer's command, locked until the transaction ends; null when there is none. */
  lock(customerId: string, commandId: string): Promise<Command | null>;
  /** Every command of the device that has not ended, locked, in the order of the queue. */
  lockOpen(deviceId: string): Promise<readonly Command[]>;
  save(command: Command): Promise<void>;
}
