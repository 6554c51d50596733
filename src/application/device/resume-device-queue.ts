import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export interface ResumeDeviceQueueInput {
  readonly caller: Caller;
  readonly deviceId: string;
}

/** Lets go on what was held back for a device, in its old order. Asking again changes nothing. */
export class ResumeDeviceQueue {
  readonly #work: UnitOfWork;
  readonly #follower: DispatchFollower;

  constructor(work: UnitOfWork, follower: DispatchFollower) {
    this.#work = work;
    this.#follower = follower;
  }

  async execute({ caller, deviceId }: ResumeDeviceQueueInput): Promise<void> {
    requireAccess(caller.principal, 'resumeDeviceQueue');
    const changed = await this.#work.run(async ({ devices, commands, now, record }) => {
      const device = await devices.lock(deviceId);
      if (device?.customerId !== caller.principal.customerId) {
        throw generalFaults.not_found('There is no such device.');
      }
      if (device.queuePause === null) return false;
      await devices.save({ ...device, queuePause: null });
      // Should this gateway die before it has told the dispatch store, the reconciler does.
      await commands.forgetPlaces(deviceId);
      record({
        customerId: device.customerId,
        kind: 'device.queue_resumed',
        ...causeOfCaller(caller),
        subject: { kind: 'device', id: deviceId },
        data: { pausedForMs: now.getTime() - device.queuePause.since.getTime() },
      });
      return true;
    });
    if (changed) await this.#follower.followDevice(deviceId);
  }
}
