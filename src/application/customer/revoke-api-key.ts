import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller, signInOf } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { endDepartedWork } from '../shared/end-departed-work.js';
import { lockPeople } from './lock-people.js';

/**
 * An admin revokes a key: it opens nothing from the next request on, and what the program proposed and no device has
 * begun ends with it. Again, it changes nothing.
 */
export class RevokeApiKey {
  readonly #work: UnitOfWork;
  readonly #liveness: SignInLiveness;
  readonly #follower: DispatchFollower;

  constructor(work: UnitOfWork, liveness: SignInLiveness, follower: DispatchFollower) {
    this.#work = work;
    this.#liveness = liveness;
    this.#follower = follower;
  }

  async execute({ caller, keyId }: { readonly caller: Caller; readonly keyId: string }): Promise<void> {
    requireAccess(caller.principal, 'revokeApiKey');
    await this.#liveness.requireAlive(signInOf(caller));
    const { customerId } = caller.principal;
    const cause = causeOfCaller(caller);
    const { commands, now } = await this.#work.run(async (transaction) => {
      await lockPeople(transaction, caller, 'revokeApiKey');
      const { now, apiKeys, record } = transaction;
      const revoked = await apiKeys.revoke(customerId, keyId, now);
      if (revoked === null) throw generalFaults.not_found('There is no such API key.');
      if (!revoked) return { commands: [], now };
      record({
        customerId,
        kind: 'api_key.revoked',
        ...cause,
        subject: { kind: 'api_key', id: keyId },
        data: {},
      });
      const departure = { id: keyId, role: null };
      return { commands: await endDepartedWork(transaction, customerId, departure, cause), now };
    });
    await this.#follower.follow(commands, now);
  }
}
