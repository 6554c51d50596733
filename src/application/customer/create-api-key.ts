import { requireAccess } from '../../domain/customer/access-policy.js';
import type { ApiKey, ApiKeyRole } from '../../domain/customer/api-key.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller, signInOf } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Secrets } from '../ports/secrets.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { lockPeople } from './lock-people.js';

export interface CreateApiKeyInput {
  readonly caller: Caller;
  /** The id that the key gets. A repeated request brings the same one: the key of the lost answer is replaced. */
  readonly keyId: string;
  readonly name: string;
  readonly role: ApiKeyRole;
  readonly expiresAt: Date | null;
}

export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  /** Shown once: only its hash is kept. */
  readonly secret: string;
}

/** An admin, in person, makes a service account and its key. */
export class CreateApiKey {
  readonly #work: UnitOfWork;
  readonly #liveness: SignInLiveness;
  readonly #secrets: Secrets;

  constructor(work: UnitOfWork, liveness: SignInLiveness, secrets: Secrets) {
    this.#work = work;
    this.#liveness = liveness;
    this.#secrets = secrets;
  }

  async execute({ caller, keyId, name, role, expiresAt }: CreateApiKeyInput): Promise<CreatedApiKey> {
    requireAccess(caller.principal, 'createApiKey');
    await this.#liveness.requireAlive(signInOf(caller));
    const { customerId, id: createdBy } = caller.principal;
    const secret = this.#secrets.apiKey();
    const apiKey = await this.#work.run(async (transaction) => {
      await lockPeople(transaction, caller, 'createApiKey');
      const { now: createdAt, apiKeys, record } = transaction;
      if (expiresAt !== null && expiresAt <= createdAt) {
        throw generalFaults.invalid_request(undefined, {
          errors: [{ path: 'expiresAt', message: 'must be in the future' }],
        });
      }
      const made: ApiKey = {
        id: keyId,
        customerId,
        name,
        role,
        createdBy,
        createdAt,
        expiresAt,
        lastUsedAt: null,
      };
      await apiKeys.put(made, this.#secrets.hash(secret));
      record({
        customerId,
        kind: 'api_key.created',
        ...causeOfCaller(caller),
        subject: { kind: 'api_key', id: keyId },
        data: { name, role, expiresAt: expiresAt?.toISOString() ?? null },
      });
      return made;
    });
    return { apiKey, secret };
  }
}
