import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DeviceSession, DeviceTokens } from '../ports/device-tokens.js';
import type { Secrets } from '../ports/secrets.js';

/** Who holds a device token. Its idle time starts anew with every use. */
export class AuthenticateDevice {
  readonly #tokens: DeviceTokens;
  readonly #secrets: Secrets;

  constructor(tokens: DeviceTokens, secrets: Secrets) {
    this.#tokens = tokens;
    this.#secrets = secrets;
  }

  async execute(token: string): Promise<DeviceSession> {
    const session = await this.#tokens.find(this.#secrets.hash(token));
    if (session === null) throw generalFaults.unauthenticated('The device token is unknown or has run out.');
    return session;
  }
}
