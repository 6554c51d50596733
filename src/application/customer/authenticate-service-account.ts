import { apiKeyPattern, isUseWorthNoting } from '../../domain/customer/api-key.js';
import type { Principal } from '../../domain/customer/principal.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { ApiKeys } from '../ports/api-keys.js';
import type { Clock } from '../ports/clock.js';
import type { Secrets } from '../ports/secrets.js';

export interface AuthenticatedServiceAccount {
  readonly principal: Extract<Principal, { kind: 'service_account' }>;
  readonly customerName: string;
  /** When the key runs out; null: never. */
  readonly expiresAt: Date | null;
}

/** Which program shows this key. It is looked up for every request, so that a key that is revoked is out at once. */
export class AuthenticateServiceAccount {
  readonly #keys: ApiKeys;
  readonly #secrets: Secrets;
  readonly #clock: Clock;

  constructor(keys: ApiKeys, secrets: Secrets, clock: Clock) {
    this.#keys = keys;
    this.#secrets = secrets;
    this.#clock = clock;
  }

  /** `customerId` is null when the request names none: a key is one customer's. */
  async execute(secret: string, customerId: string | null): Promise<AuthenticatedServiceAccount> {
    const hash = apiKeyPattern.test(secret) ? this.#secrets.hash(secret) : null;
    const found = hash === null ? null : await this.#keys.findLive(hash);
    // Unknown, revoked, expired: one answer.
    if (found === null) throw generalFaults.unauthenticated();
    const { key, customerName } = found;
    if (customerId !== null && customerId !== key.customerId) {
      throw generalFaults.not_found('There is no such customer.');
    }
    if (isUseWorthNoting(key, this.#clock.now())) {
      // No answer waits for the note, and none is worse for want of it: the next use is noted instead.
      void this.#keys.noteUse(key.id).catch(() => undefined);
    }
    const { id, name, role, expiresAt } = key;
    return {
      principal: { kind: 'service_account', id, name, customerId: key.customerId, role },
      customerName,
      expiresAt,
    };
  }
}
