import { liveSecrets } from '../../domain/device/device-secret.js';
import type { Secrets } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { pickSecret } from './pick-secret.js';

/** Whether somebody has the secret of a device, before they are counted among the guesses or not. Changes nothing. */
export class CheckDeviceSecret {
  readonly #work: UnitOfWork;
  readonly #secrets: Secrets;

  constructor(work: UnitOfWork, secrets: Secrets) {
    this.#work = work;
    this.#secrets = secrets;
  }

  /** Costs the same for a device that does not exist. */
  execute(deviceId: string, deviceSecret: string): Promise<boolean> {
    const presented = this.#secrets.hash(deviceSecret);
    return this.#work.run(async ({ now, credentials }) => {
      const live = liveSecrets(await credentials.listSecrets(deviceId), now);
      return pickSecret(this.#secrets, live, presented) !== null;
    });
  }
}
