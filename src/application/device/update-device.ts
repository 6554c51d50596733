import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import type { Device } from '../../domain/device/device.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** What is absent stays as it is; a null location is removed. */
export interface DeviceUpdate {
  readonly name?: string;
  readonly location?: string | null;
  readonly labels?: readonly string[];
}

export interface UpdateDeviceInput {
  readonly caller: Caller;
  readonly deviceId: string;
  readonly update: DeviceUpdate;
}

/** Renames or relabels a device. */
export class UpdateDevice {
  readonly #work: UnitOfWork;

  constructor(work: UnitOfWork) {
    this.#work = work;
  }

  async execute({ caller, deviceId, update }: UpdateDeviceInput): Promise<Device> {
    requireAccess(caller.principal, 'updateDevice');
    return this.#work.run(async ({ devices, record }) => {
      const device = await devices.lock(deviceId);
      if (device?.customerId !== caller.principal.customerId) {
        throw generalFaults.not_found('There is no such device.');
      }
      const changed: Device = {
        ...device,
        name: update.name ?? device.name,
        location: update.location === undefined ? device.location : update.location,
        labels: update.labels === undefined ? device.labels : [...new Set(update.labels)],
      };
      await devices.save(changed);
      record({
        customerId: device.customerId,
        kind: 'device.updated',
        ...causeOfCaller(caller),
        subject: { kind: 'device', id: deviceId },
        data: { name: changed.name, location: changed.location, labels: changed.labels },
      });
      return changed;
    });
  }
}
