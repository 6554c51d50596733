import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller, signInOf } from '../../domain/customer/caller.js';
import { requireAnotherAdmin } from '../../domain/customer/member-rules.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { endDepartedWork } from '../shared/end-departed-work.js';
import { lockPeople } from './lock-people.js';

/**
 * An admin takes a person out of the customer: they are out with their next request, and what rests on their word and
 * has not begun ends with it. The last admin stays.
 */
export class RemoveMember {
  readonly #work: UnitOfWork;
  readonly #liveness: SignInLiveness;
  readonly #follower: DispatchFollower;

  constructor(work: UnitOfWork, liveness: SignInLiveness, follower: DispatchFollower) {
    this.#work = work;
    this.#liveness = liveness;
    this.#follower = follower;
  }

  async execute({ caller, userId }: { readonly caller: Caller; readonly userId: string }): Promise<void> {
    requireAccess(caller.principal, 'removeMember');
    await this.#liveness.requireAlive(signInOf(caller));
    const { customerId } = caller.principal;
    const cause = causeOfCaller(caller);
    const { commands, now } = await this.#work.run(async (transaction) => {
      const { members, record, now } = transaction;
      const admins = await lockPeople(transaction, caller, 'removeMember');
      const member = await members.find(customerId, userId);
      if (member === null) throw generalFaults.not_found('There is no such member.');
      requireAnotherAdmin(admins, userId);
      await members.removeMember(customerId, userId);
      record({
        customerId,
        kind: 'member.removed',
        ...cause,
        subject: { kind: 'member', id: userId },
        // From now on only the log knows how they were called.
        data: { role: member.role, name: member.name },
      });
      const departure = { id: userId, role: null };
      return { commands: await endDepartedWork(transaction, customerId, departure, cause), now };
    });
    await this.#follower.follow(commands, now);
  }
}
