import type { DeviceCaller } from '../../domain/device/device-caller.js';
import type { Clock } from '../ports/clock.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { QueueDepth } from '../ports/dispatch-queue.js';
import type { LiveBus } from '../ports/live-bus.js';
import type { Presence } from '../ports/presence.js';
import { answerHeartbeat } from './answer-heartbeat.js';
import type { Heartbeat, HeartbeatAnswer } from './answer-heartbeat.js';

export interface RecordHeartbeatInput extends Heartbeat {
  readonly caller: DeviceCaller;
  /** The device's queue, as its admission showed it. */
  readonly queue: QueueDepth;
}

/** A device that was let in says that it lives. */
export class RecordHeartbeat {
  readonly #presence: Presence;
  readonly #records: CommandRecords;
  readonly #clock: Clock;
  readonly #live: LiveBus;

  constructor(presence: Presence, records: CommandRecords, clock: Clock, live: LiveBus) {
    this.#presence = presence;
    this.#live = live;
    this.#records = records;
    this.#clock = clock;
  }

  async execute({
    caller,
    queue,
    status,
    metrics,
    agentVersion,
    claimed,
  }: RecordHeartbeatInput): Promise<HeartbeatAnswer> {
    const at = this.#clock.now();
    const { deviceId, customerId } = caller;
    await this.#presence.beat(deviceId, { at, status, metrics, agentVersion });
    // Whoever hears it finds this beat; the device waits for nobody to hear.
    void this.#live.tell({ kind: 'beat', customerId, deviceId });
    return answerHeartbeat(this.#records, { deviceId, at, queue, claimed });
  }
}
