import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { DeviceView } from '../../domain/device/device-view.js';
import { viewOf } from '../../domain/device/device-view.js';
import type { Beat } from '../../domain/device/presence.js';
import type { SupportSession } from '../../domain/session/support-session.js';
import { ignoreUnavailable } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Clock } from '../ports/clock.js';
import type { Backlog, CommandRecords } from '../ports/command-records.js';
import type { DeviceDirectory } from '../ports/device-directory.js';
import type { Presence } from '../ports/presence.js';
import type { SessionDirectory } from '../ports/session-directory.js';
import { knownBeats } from './known-beats.js';

export interface DeviceStatus extends DeviceView {
  readonly lastBeat: Beat | null;
  /** Samples of the last hour, oldest first. */
  readonly lastHour: readonly Beat[];
  readonly queue: Backlog;
  readonly activeSession: SupportSession | null;
}

/** How a device does: connection, metrics and what waits for it. */
export class GetDeviceStatus {
  readonly #devices: DeviceDirectory;
  readonly #presence: Presence;
  readonly #records: CommandRecords;
  readonly #sessions: SessionDirectory;
  readonly #clock: Clock;

  constructor(
    devices: DeviceDirectory,
    presence: Presence,
    records: CommandRecords,
    sessions: SessionDirectory,
    clock: Clock,
  ) {
    this.#devices = devices;
    this.#presence = presence;
    this.#records = records;
    this.#sessions = sessions;
    this.#clock = clock;
  }

  async execute(principal: Principal, deviceId: string): Promise<DeviceStatus> {
    requireAccess(principal, 'getDeviceStatus');
    const device = await this.#devices.find(principal.customerId, deviceId);
    if (device === null) throw generalFaults.not_found('There is no such device.');
    const now = this.#clock.now();
    const [[lastBeat = null], lastHour, queue, activeSession] = await Promise.all([
      knownBeats(this.#presence, [deviceId]),
      this.#presence.lastHour(deviceId, now).catch(nothingKnown),
      this.#records.backlog(deviceId),
      this.#sessions.activeOf(deviceId),
    ]);
    return { ...viewOf(device, lastBeat, now), lastBeat, lastHour, queue, activeSession };
  }
}

/** As `knownBeats`: a status without its samples is better than none. */
function nothingKnown(error: unknown): readonly Beat[] {
  ignoreUnavailable(error);
  return [];
}
