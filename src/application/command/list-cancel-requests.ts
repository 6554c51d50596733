import type { DeviceCaller } from '../../domain/device/device-caller.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { QueueState } from '../ports/dispatch-queue.js';

/**
 * Which of the commands in a device's hands somebody wants to stop. A device that has nothing in its hands costs no look
 * at the record.
 */
export class ListCancelRequests {
  readonly #records: CommandRecords;

  constructor(records: CommandRecords) {
    this.#records = records;
  }

  /** `queue`: the device's queue, as its admission showed it just now. */
  async execute(caller: DeviceCaller, { held, complete }: QueueState): Promise<readonly string[]> {
    return held === 0 && complete ? [] : this.#records.cancelRequested(caller.deviceId);
  }
}
