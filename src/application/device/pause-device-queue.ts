import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import type { QueuePause } from '../../domain/device/device.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export interface PauseDeviceQueueInput {
  readonly caller: Caller;
  readonly deviceId: string;
  readonly reason: string | null;
}

/**
 * Holds back what waits for a device. Once it is answered, no claim hands out anything new; what the device has begun
 * goes on, proposals are accepted, and nothing keeps a command from expiring. Asking again changes nothing.
 */
export class PauseDeviceQueue {
  readonly #work: UnitOfWork;
  readonly #follower: DispatchFollower;

  constructor(work: UnitOfWork, follower: DispatchFollower) {
    this.#work = work;
    this.#follower = follower;
  }

  async execute({ caller, deviceId, reason }: PauseDeviceQueueInput): Promise<QueuePause> {
    requireAccess(caller.principal, 'pauseDeviceQueue');
    const { pause, changed } = await this.#work.run(async ({ devices, now, record }) => {
      const device = await devices.lock(deviceId);
      if (device?.customerId !== caller.principal.customerId) {
        throw generalFaults.not_found('There is no such device.');
      }
      if (device.queuePause !== null) return { pause: device.queuePause, changed: false };
      const pause = { since: now, reason };
      await devices.save({ ...device, queuePause: pause });
      record({
        customerId: device.customerId,
        kind: 'device.queue_paused',
        ...causeOfCaller(caller),
        subject: { kind: 'device', id: deviceId },
        data: { reason },
      });
      return { pause, changed: true };
    });
    // The record refuses every claim by now; out of the store, polls do not even ask it.
    if (changed) await this.#follower.followDevice(deviceId);
    return pause;
  }
}
