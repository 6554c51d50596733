import type { DeviceTokens } from '../ports/device-tokens.js';
import type { RateRule } from '../ports/rate-limiter.js';
import type { Secrets } from '../ports/secrets.js';
import type { AdmittedDevice } from './let-in.js';
import { letIn } from './let-in.js';

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

  execute(token: string, budget: RateRule): Promise<AdmittedDevice> {
    return letIn(token, this.#secrets, (kept) => this.#tokens.admit(kept, budget));
  }
}
