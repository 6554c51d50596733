import type { Cause } from '../../domain/activity/activity-entry.js';
import type { Member } from '../../domain/customer/customer.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export interface AddMemberInput {
  readonly member: Member;
  readonly cause: Cause;
}

/** Adds a person to a customer, or gives one who is there another role. */
export class AddMember {
  readonly #work: UnitOfWork;

  constructor(work: UnitOfWork) {
    this.#work = work;
  }

  async execute({ member, cause }: AddMemberInput): Promise<void> {
    await this.#work.run(async ({ members, record }) => {
      await members.putMember(member);
      record({
        customerId: member.customerId,
        kind: 'member.added',
        ...cause,
        subject: { kind: 'member', id: member.userId },
        data: { role: member.role },
      });
    });
  }
}
