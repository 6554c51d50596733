import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller, signInOf } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { lockPeople } from './lock-people.js';

/** An admin revokes a key: it opens nothing from the next request on. Again, it changes nothing. */
export class RevokeApiKey {
  readonly #work: UnitOfWork;
  readonly #liveness: SignInLiveness;

  constructor(work: UnitOfWork, liveness: SignInLiveness) {
    this.#work = work;
    this.#liveness = liveness;
  }

  async execute({ caller, keyId }: { readonly caller: Caller; readonly keyId: string }): Promise<void> {
    requireAccess(caller.principal, 'revokeApiKey');
    await this.#liveness.requireAlive(signInOf(caller));
    const { customerId } = caller.principal;
    await this.#work.run(async (transaction) => {
      await lockPeople(transaction, caller, 'revokeApiKey');
      const { now, apiKeys, record } = transaction;
      const revoked = await apiKeys.revoke(customerId, keyId, now);
      if (revoked === null) throw generalFaults.not_found('There is no such API key.');
      if (!revoked) return;
      record({
        customerId,
        kind: 'api_key.revoked',
        ...causeOfCaller(caller),
        subject: { kind: 'api_key', id: keyId },
        data: {},
      });
    });
  }
}
