import type { Cause } from '../../domain/activity/activity-entry.js';
import type { Member } from '../../domain/customer/customer.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { writeMemberChange } from './write-member-change.js';

export interface AddMemberInput {
  /** `name` null: who is there keeps theirs, and who is new is a “Member”. */
  readonly member: Omit<Member, 'name'> & { readonly name: string | null };
  readonly cause: Cause;
}

/** For the operator: adds a person to a customer, or gives one who is there another role. */
export class AddMember {
  readonly #work: UnitOfWork;
  readonly #follower: DispatchFollower;

  constructor(work: UnitOfWork, follower: DispatchFollower) {
    this.#work = work;
    this.#follower = follower;
  }

  /** The member as they are by then. */
  async execute({ member: asked, cause }: AddMemberInput): Promise<Member> {
    const { customerId, userId, role } = asked;
    const { member, commands, now } = await this.#work.run(async (transaction) => {
      const { members, record, now } = transaction;
      const admins = await members.lockAdmins(customerId);
      const before = await members.find(customerId, userId);
      const member = { ...asked, name: asked.name ?? before?.name ?? 'Member' };
      if (before !== null) {
        const change = { before, after: member, admins, cause };
        return { member, commands: await writeMemberChange(transaction, change), now };
      }
      await members.putMember(member);
      record({
        customerId,
        kind: 'member.added',
        ...cause,
        subject: { kind: 'member', id: userId },
        data: { role },
      });
      return { member, commands: [], now };
    });
    await this.#follower.follow(commands, now);
    return member;
  }
}
