import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DeviceTokens } from '../ports/device-tokens.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

/** Ends every signed-in session of a device. It may sign in again with its secret. */
export class SignOutDeviceEverywhere {
  readonly #work: UnitOfWork;
  readonly #tokens: DeviceTokens;

  constructor(work: UnitOfWork, tokens: DeviceTokens) {
    this.#work = work;
    this.#tokens = tokens;
  }

  async execute({ caller, deviceId }: { readonly caller: Caller; readonly deviceId: string }): Promise<void> {
    requireAccess(caller.principal, 'signOutDeviceEverywhere');
    await this.#work.run(async ({ devices, record }) => {
      const device = await devices.lock(deviceId);
      if (device?.customerId !== caller.principal.customerId) {
        throw generalFaults.not_found('There is no such device.');
      }
      // The generation is the second wall: a token that a failover brings back can change nothing.
      await devices.save({ ...device, tokenGeneration: device.tokenGeneration + 1 });
      record({
        customerId: device.customerId,
        kind: 'device.signed_out',
        ...causeOfCaller(caller),
        subject: { kind: 'device', id: deviceId },
        data: {},
      });
    });
    await this.#tokens.revokeAll(deviceId);
  }
}
