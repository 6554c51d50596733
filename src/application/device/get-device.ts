import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { Device } from '../../domain/device/device.js';
import type { DeviceView } from '../../domain/device/device-view.js';
import { viewOf } from '../../domain/device/device-view.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Clock } from '../ports/clock.js';
import type { DeviceDirectory } from '../ports/device-directory.js';
import type { Presence } from '../ports/presence.js';
import { knownBeats } from './known-beats.js';

export class GetDevice {
  readonly #devices: DeviceDirectory;
  readonly #presence: Presence;
  readonly #clock: Clock;

  constructor(devices: DeviceDirectory, presence: Presence, clock: Clock) {
    this.#devices = devices;
    this.#presence = presence;
    this.#clock = clock;
  }

  async execute(principal: Principal, deviceId: string): Promise<DeviceView> {
    requireAccess(principal, 'getDevice');
    const device = await this.#devices.find(principal.customerId, deviceId);
    if (device === null) throw generalFaults.not_found('There is no such device.');
    return this.view(device);
  }

  /** The view of a device that is at hand already, such as one that was changed a moment ago. */
  async view(device: Device): Promise<DeviceView> {
    const [beat = null] = await knownBeats(this.#presence, [device.id]);
    return viewOf(device, beat, this.#clock.now());
  }
}
