import type { ActivityKind } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import type { Device } from '../../domain/device/device.js';
import { deviceFaults } from '../../domain/device/device-faults.js';
import { deviceTransition } from '../../domain/device/device-lifecycle.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DeviceTokens } from '../ports/device-tokens.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { Transaction, UnitOfWork } from '../ports/unit-of-work.js';
import { because, callOffOpen } from '../shared/call-off-open.js';
import { endSession } from '../shared/end-session.js';

/** What a person can do to a device's life. */
export type LifecycleAct = 'suspended' | 'resumed' | 'retired';

export interface ChangeDeviceLifecycleInput {
  readonly caller: Caller;
  readonly deviceId: string;
  readonly act: LifecycleAct;
}

/**
 * Suspends, resumes or retires a device. Suspended and retired devices are signed out, and what they have not
 * started is called off with the reason, and so is their session; what they are running is asked to stop. Asking again changes nothing.
 */
export class ChangeDeviceLifecycle {
  readonly #work: UnitOfWork;
  readonly #tokens: DeviceTokens;
  readonly #follower: DispatchFollower;

  constructor(work: UnitOfWork, tokens: DeviceTokens, follower: DispatchFollower) {
    this.#work = work;
    this.#tokens = tokens;
    this.#follower = follower;
  }

  async execute(input: ChangeDeviceLifecycleInput): Promise<Device> {
    requireAccess(input.caller.principal, 'changeDeviceLifecycle');
    const { device, calledOff, now } = await this.#work.run((transaction) =>
      this.#change(transaction, input),
    );
    // Before the answer: signed out means from the next request on. Postgres refuses their writes already.
    if (input.act !== 'resumed') await this.#tokens.revokeAll(device.id);
    await this.#follower.follow(calledOff, now);
    return device;
  }

  async #change(
    transaction: Transaction,
    { caller, deviceId, act }: ChangeDeviceLifecycleInput,
  ): Promise<{ device: Device; calledOff: readonly Command[]; now: Date }> {
    const { now, devices } = transaction;
    const device = await devices.lock(deviceId);
    if (device?.customerId !== caller.principal.customerId) {
      throw generalFaults.not_found('There is no such device.');
    }
    const next = deviceTransition(device.lifecycle, act);
    if ('refused' in next) {
      if (next.refused === 'already_there') return { device, calledOff: [], now };
      throw deviceFaults.device_state_conflict(`The device is ${device.lifecycle}.`, {
        details: { lifecycle: device.lifecycle },
      });
    }
    const changed: Device = {
      ...device,
      lifecycle: next.to,
      tokenGeneration: act === 'resumed' ? device.tokenGeneration : device.tokenGeneration + 1,
    };
    await devices.save(changed);
    const calledOff = act === 'resumed' ? [] : await endWork(transaction, deviceId, `device_${act}`, caller);
    transaction.record({
      customerId: device.customerId,
      kind: kinds[act],
      ...causeOfCaller(caller),
      subject: { kind: 'device', id: deviceId },
      data: { from: device.lifecycle, calledOff: calledOff.length },
    });
    return { device: changed, calledOff, now };
  }
}

/** Ends the device's session, and calls off what else it has not begun. Each command is returned as it ended up. */
async function endWork(
  transaction: Transaction,
  deviceId: string,
  reason: 'device_suspended' | 'device_retired',
  caller: Caller,
): Promise<readonly Command[]> {
  const cause = causeOfCaller(caller);
  const changed = new Map<string, Command>();
  for (const session of await transaction.sessions.lockActive({ deviceId })) {
    const { commands } = await endSession(transaction, session, reason, cause);
    for (const command of commands) changed.set(command.id, command);
  }
  for (const command of await callOffOpen(transaction, { deviceId }, cause, because(reason))) {
    changed.set(command.id, command);
  }
  return [...changed.values()];
}

const kinds: Readonly<Record<LifecycleAct, ActivityKind>> = {
  suspended: 'device.suspended',
  resumed: 'device.resumed',
  retired: 'device.retired',
};
