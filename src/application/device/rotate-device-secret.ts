import { liveSecrets, secretOverlapMs } from '../../domain/device/device-secret.js';
import type { DeviceCaller } from '../../domain/device/device-caller.js';
import { causeOfDevice } from '../../domain/device/device-caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Secrets } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export interface RotatedSecret {
  readonly deviceSecret: string;
  readonly previousValidForMs: number;
}

/**
 * Gives a device a new secret. The one it has lives on until the new one is first used, at most 24 hours.
 * Repeated before that, the unused new one is replaced: its answer was lost.
 */
export class RotateDeviceSecret {
  readonly #work: UnitOfWork;
  readonly #secrets: Secrets;

  constructor(work: UnitOfWork, secrets: Secrets) {
    this.#work = work;
    this.#secrets = secrets;
  }

  async execute(caller: DeviceCaller): Promise<RotatedSecret> {
    const deviceSecret = this.#secrets.deviceSecret();
    const hash = this.#secrets.hash(deviceSecret);
    const previousValidForMs = await this.#work.run(async ({ now, devices, credentials, record }) => {
      const device = await devices.lock(caller.deviceId);
      if (device?.lifecycle !== 'active' || device.tokenGeneration !== caller.tokenGeneration) {
        throw generalFaults.unauthenticated('The token is not good any more.');
      }
      const live = liveSecrets(await credentials.listSecrets(caller.deviceId), now);
      const inUse = live.find(({ firstUsedAt }) => firstUsedAt !== null);
      // A second try does not lengthen the old secret's life.
      const expiresAt = inUse?.expiresAt ?? new Date(now.getTime() + secretOverlapMs);
      await credentials.replaceSecrets(caller.deviceId, [
        { hash, createdAt: now, firstUsedAt: null, expiresAt: null },
        ...(inUse === undefined ? [] : [{ ...inUse, expiresAt }]),
      ]);
      record({
        customerId: device.customerId,
        kind: 'device.secret_rotated',
        ...causeOfDevice(caller),
        subject: { kind: 'device', id: device.id },
        data: {},
      });
      return inUse === undefined ? 0 : expiresAt.getTime() - now.getTime();
    });
    return { deviceSecret, previousValidForMs };
  }
}
