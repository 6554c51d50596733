import type { Device } from '../../domain/device/device.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DeviceDirectory } from '../ports/device-directory.js';
import { KnownVersions } from './known-versions.js';

/** What an envelope tells of a device. */
export type KnownDevice = Pick<Device, 'id' | 'credentialGeneration'>;

/** Devices as this gateway read them last, each for the customer who asks. */
export class KnownDevices {
  readonly #known: KnownVersions<KnownDevice>;

  constructor(devices: DeviceDirectory) {
    this.#known = new KnownVersions(
      async (key) => {
        const [customerId = '', deviceId = ''] = key.split(' ', 2);
        const device = await devices.find(customerId, deviceId);
        if (device === null) throw generalFaults.not_found('There is no such device.');
        return { id: device.id, credentialGeneration: device.credentialGeneration };
      },
      ({ credentialGeneration }) => credentialGeneration,
    );
  }

  /** Throws `not_found` when the device does not exist or belongs to another customer. */
  of(customerId: string, deviceId: string): Promise<KnownDevice> {
    return this.#known.of(keyOf(customerId, deviceId));
  }

  /** The record has another generation of its credentials than this one. */
  forget(customerId: string, deviceId: string, credentialGeneration: number): void {
    this.#known.forget(keyOf(customerId, deviceId), credentialGeneration);
  }
}

/** No customer's id has a space in it. */
const keyOf = (customerId: string, deviceId: string): string => `${customerId} ${deviceId}`;
