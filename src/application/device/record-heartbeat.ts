import type { DeviceCaller } from '../../domain/device/device-caller.js';
import type { ReportedStatus } from '../../domain/device/presence.js';
import { heartbeatIntervalMs } from '../../domain/device/presence.js';
import { ignoreUnavailable } from '../../domain/shared/fault.js';
import type { Clock } from '../ports/clock.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { QueueDepth } from '../ports/dispatch-queue.js';
import type { LiveBus } from '../ports/live-bus.js';
import type { Presence } from '../ports/presence.js';

export interface RecordHeartbeatInput {
  readonly caller: DeviceCaller;
  /** The device's queue, as its admission showed it. */
  readonly queue: QueueDepth;
  readonly status: ReportedStatus;
  readonly metrics: Readonly<Record<string, number>>;
  readonly agentVersion: string | null;
  /** Ids that the device says it holds. */
  readonly claimed: readonly string[];
}

export interface HeartbeatAnswer {
  readonly serverTime: Date;
  readonly nextHeartbeatMs: number;
  readonly pendingCommands: number;
  readonly cancelRequested: readonly string[];
}

/** A device says that it lives. Only one that has work in hand costs a look at the record. */
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
    const busy = queue.held > 0 || claimed.length > 0;
    return {
      serverTime: at,
      nextHeartbeatMs: heartbeatIntervalMs,
      pendingCommands: queue.waiting,
      cancelRequested: busy ? await this.#cancelRequested(deviceId) : [],
    };
  }

  /** A beat is worth more than this hint: with the record away it is left out, and the next write brings it. */
  async #cancelRequested(deviceId: string): Promise<readonly string[]> {
    try {
      return await this.#records.cancelRequested(deviceId);
    } catch (error) {
      ignoreUnavailable(error);
      return [];
    }
  }
}
