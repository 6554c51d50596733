import { deviceOfToken } from '../../domain/device/device-token.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Admission, DeviceTokens } from '../ports/device-tokens.js';
import type { RateRule } from '../ports/rate-limiter.js';
import type { Secrets } from '../ports/secrets.js';

export type AdmittedDevice = Exclude<Admission, { kind: 'unknown' }>;

/**
 * Who holds a device token, whether its budget allows the call, and how its queue stands. Its idle time starts anew with
 * every use.
 */
export class AuthenticateDevice {
  readonly #tokens: DeviceTokens;
  readonly #secrets: Secrets;

  constructor(tokens: DeviceTokens, secrets: Secrets) {
    this.#tokens = tokens;
    this.#secrets = secrets;
  }

  async execute(token: string, budget: RateRule): Promise<AdmittedDevice> {
    const deviceId = deviceOfToken(token);
    if (deviceId !== null) {
      const admission = await this.#tokens.admit({ deviceId, hash: this.#secrets.hash(token) }, budget);
      if (admission.kind !== 'unknown') return admission;
    }
    throw generalFaults.unauthenticated('The device token is unknown or has run out.');
  }
}
