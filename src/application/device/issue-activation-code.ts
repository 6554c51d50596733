import { activationCodeLifetimeMs, normaliseCode } from '../../domain/device/activation-code.js';
import type { Device } from '../../domain/device/device.js';
import { deviceFaults } from '../../domain/device/device-faults.js';
import { deviceTransition } from '../../domain/device/device-lifecycle.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Secrets } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export interface IssueActivationCodeInput {
  readonly caller: Caller;
  readonly deviceId: string;
}

/**
 * A new code for a device; the former one is void. Used by an active device, it replaces the hardware: the
 * secret and every token of before end with the registration.
 */
export class IssueActivationCode {
  readonly #work: UnitOfWork;
  readonly #secrets: Secrets;

  constructor(work: UnitOfWork, secrets: Secrets) {
    this.#work = work;
    this.#secrets = secrets;
  }

  async execute({ caller, deviceId }: IssueActivationCodeInput): Promise<{
    readonly device: Device;
    readonly activationCode: string;
    readonly expiresAt: Date;
  }> {
    requireAccess(caller.principal, 'issueActivationCode');
    const activationCode = this.#secrets.activationCode();
    const hash = this.#secrets.hash(normaliseCode(activationCode));
    return this.#work.run(async ({ now, devices, credentials, record }) => {
      const device = await devices.lock(deviceId);
      if (device?.customerId !== caller.principal.customerId) {
        throw generalFaults.not_found('There is no such device.');
      }
      if ('refused' in deviceTransition(device.lifecycle, 'registered')) {
        throw deviceFaults.device_state_conflict(`The device is ${device.lifecycle}.`, {
          details: { lifecycle: device.lifecycle },
        });
      }
      const expiresAt = new Date(now.getTime() + activationCodeLifetimeMs);
      await credentials.issueCode({
        hash,
        deviceId,
        expiresAt,
        usedAt: null,
        wrongTries: 0,
        operationId: null,
      });
      record({
        customerId: device.customerId,
        kind: 'device.activation_code_issued',
        ...causeOfCaller(caller),
        subject: { kind: 'device', id: deviceId },
        data: { expiresAt: expiresAt.toISOString() },
      });
      return { device, activationCode, expiresAt };
    });
  }
}
