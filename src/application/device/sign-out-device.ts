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
    await this.#tokens.revoke(this.#secrets.hash(token));
  }
}
