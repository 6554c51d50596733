import { deviceOfToken } from '../../domain/device/device-token.js';
import type { DeviceTokens } from '../ports/device-tokens.js';
import type { Secrets } from '../ports/secrets.js';

/** Ends one signed-in session of a device. */
export class SignOutDevice {
  readonly #tokens: DeviceTokens;
  readonly #secrets: Secrets;

  constructor(tokens: DeviceTokens, secrets: Secrets) {
    this.#tokens = tokens;
    this.#secrets = secrets;
  }

  async execute(token: string): Promise<void> {
    const deviceId = deviceOfToken(token);
    if (deviceId !== null) await this.#tokens.revoke({ deviceId, hash: this.#secrets.hash(token) });
  }
}
