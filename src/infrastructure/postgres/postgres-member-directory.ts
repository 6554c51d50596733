import type { MemberDirectory } from '../../application/ports/member-directory.js';
import type { Customer, Member, Membership } from '../../domain/customer/customer.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import { isDanglingReference } from './postgres-faults.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

export class PostgresMemberDirectory implements MemberDirectory {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async membershipsOf(userId: string): Promise<readonly Membership[]> {
    if (!isUuid(userId)) return [];
    return this.#session.query(
      tables
        .selectFrom('members as m')
        .innerJoin('customers as c', 'c.id', 'm.customer_id')
        .select(['m.customer_id as customerId', 'c.name as customerName', 'm.name', 'm.role'])
        .where('m.user_id', '=', userId)
        .orderBy('c.name')
        .orderBy('c.id')
        .compile(),
    );
  }

  async addCustomer(customer: Customer): Promise<void> {
    const row = { id: customer.id, name: customer.name, created_at: customer.createdAt };
    await this.#session.query(tables.insertInto('customers').values(row).compile());
  }

  async putMember(member: Member): Promise<void> {
    const { customerId, userId, name, role } = member;
    const put = tables
      .insertInto('members')
      .values({ customer_id: customerId, user_id: userId, name, role })
      .onConflict((conflict) => conflict.columns(['customer_id', 'user_id']).doUpdateSet({ name, role }));
    try {
      await this.#session.query(put.compile());
    } catch (error) {
      if (isDanglingReference(error))
        throw generalFaults.not_found('There is no such customer.', { cause: error });
      throw error;
    }
  }
}
