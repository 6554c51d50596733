import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller, signInOf } from '../../domain/customer/caller.js';
import type { Member } from '../../domain/customer/customer.js';
import type { Role } from '../../domain/customer/role.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { lockPeople } from './lock-people.js';
import { writeMemberChange } from './write-member-change.js';

export interface ChangeMemberInput {
  readonly caller: Caller;
  readonly userId: string;
  /** What is absent stays as it is. */
  readonly update: { readonly role?: Role; readonly name?: string };
}

/**
 * An admin gives a member another role or name. It counts from the member's next request on, and what rests on a word
 * that they could not give any more, and has not begun, ends with it.
 */
export class ChangeMember {
  readonly #work: UnitOfWork;
  readonly #liveness: SignInLiveness;
  readonly #follower: DispatchFollower;

  constructor(work: UnitOfWork, liveness: SignInLiveness, follower: DispatchFollower) {
    this.#work = work;
    this.#liveness = liveness;
    this.#follower = follower;
  }

  async execute({ caller, userId, update }: ChangeMemberInput): Promise<Member> {
    requireAccess(caller.principal, 'changeMember');
    await this.#liveness.requireAlive(signInOf(caller));
    const { member, commands, now } = await this.#work.run(async (transaction) => {
      const admins = await lockPeople(transaction, caller, 'changeMember');
      const before = await transaction.members.find(caller.principal.customerId, userId);
      if (before === null) throw generalFaults.not_found('There is no such member.');
      const after: Member = { ...before, ...update };
      const change = { before, after, admins, cause: causeOfCaller(caller) };
      const commands = await writeMemberChange(transaction, change);
      return { member: after, commands, now: transaction.now };
    });
    await this.#follower.follow(commands, now);
    return member;
  }
}
