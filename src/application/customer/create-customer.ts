import type { Cause } from '../../domain/activity/activity-entry.js';
import type { Ids } from '../ports/ids.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

export interface CreateCustomerInput {
  readonly name: string;
  readonly admin: { readonly userId: string; readonly name: string };
  readonly cause: Cause;
}

/** Makes a customer and its first admin. */
export class CreateCustomer {
  readonly #work: UnitOfWork;
  readonly #ids: Ids;

  constructor(work: UnitOfWork, ids: Ids) {
    this.#work = work;
    this.#ids = ids;
  }

  async execute({ name, admin, cause }: CreateCustomerInput): Promise<{ readonly customerId: string }> {
    const customerId = this.#ids.uuid();
    await this.#work.run(async ({ now, members, record }) => {
      await members.addCustomer({ id: customerId, name, createdAt: now });
      await members.putMember({ customerId, userId: admin.userId, name: admin.name, role: 'admin' });
      record({
        customerId,
        kind: 'customer.created',
        ...cause,
        subject: { kind: 'customer', id: customerId },
        data: { name },
      });
      record({
        customerId,
        kind: 'member.added',
        ...cause,
        subject: { kind: 'member', id: admin.userId },
        data: { role: 'admin' },
      });
    });
    return { customerId };
  }
}
