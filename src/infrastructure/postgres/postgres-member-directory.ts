import { sql } from 'kysely';

import type { MemberDirectory } from '../../application/ports/member-directory.js';
import type { Customer, Member, Membership } from '../../domain/customer/customer.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { Asked } from './asked.js';
import { GroupCommit } from './group-commit.js';
import { foreignCursor, keysetCursor, pageOf } from './keyset-cursor.js';
import { isDanglingReference } from './postgres-faults.js';
import type { PostgresSession } from './postgres-session.js';
import type { MemberRow } from './postgres-tables.js';
import { tables } from './postgres-tables.js';
import { prepared } from './prepared-statement.js';
import type { Prepared } from './prepared-statement.js';
import { isUuid } from './uuid-text.js';

const cursors = keysetCursor('members', 2);

const membershipsOfUsers: Prepared<MembershipRow, [userIds: readonly string[]]> = prepared(
  (userIds) => sql`
    select m.user_id, m.customer_id, c.name as customer_name, m.name, m.role
    from fieldgate.members m join fieldgate.customers c on c.id = m.customer_id
    where m.user_id = any(${userIds}::uuid[]) order by c.name, c.id`,
);

export class PostgresMemberDirectory implements MemberDirectory {
  readonly #session: PostgresSession;
  /** Every request of a person asks: those that come at once share a statement. */
  readonly #lookUps: GroupCommit<string, readonly Membership[]>;

  /** `session`: for what is one customer's. `all`: for statements that serve several customers at once. */
  constructor(all: PostgresSession, session: PostgresSession = all) {
    this.#session = session;
    this.#lookUps = new GroupCommit((batch) => this.#lookUp(all, batch));
  }

  async membershipsOf(userId: string): Promise<readonly Membership[]> {
    return isUuid(userId) ? this.#lookUps.submit(userId.toLowerCase()) : [];
  }

  async #lookUp(all: PostgresSession, batch: readonly Asked<string, readonly Membership[]>[]): Promise<void> {
    const userIds = [...new Set(batch.map(({ item }) => item))];
    const rows = await all.query(membershipsOfUsers(userIds));
    const memberships = Map.groupBy(rows, ({ user_id: userId }) => userId);
    for (const asked of batch) asked.answer((memberships.get(asked.item) ?? []).map(membershipOf));
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
  async find(customerId: string, userId: string): Promise<Member | null> {
    if (!isUuid(userId)) return null;
    const [row] = await this.#session.query(
      tables
        .selectFrom('members')
        .selectAll()
        .where('customer_id', '=', customerId)
        .where('user_id', '=', userId)
        .compile(),
    );
    return row === undefined ? null : memberOf(row);
  }

  async list(customerId: string, page: PageRequest): Promise<Page<Member>> {
    const after = page.cursor === null ? null : cursors.decode(page.cursor);
    if (after !== null && !isUuid(after[1] ?? '')) throw foreignCursor();
    const rows = await this.#session.query(
      tables
        .selectFrom('members')
        .selectAll()
        .where('customer_id', '=', customerId)
        .$if(after !== null, (query) =>
          query.where(sql<boolean>`(name, user_id) > (${after?.[0]}::text, ${after?.[1]}::uuid)`),
        )
        .orderBy('name')
        .orderBy('user_id')
        .limit(page.limit + 1)
        .compile(),
    );
    return pageOf(rows, page, memberOf, ({ name, user_id: userId }) => cursors.encode([name, userId]));
  }

  async lockAdmins(customerId: string): Promise<readonly string[]> {
    // The key stays, so whoever only refers to the customer need not wait.
    const lock = tables.selectFrom('customers').select('id').where('id', '=', customerId).forNoKeyUpdate();
    await this.#session.query(lock.compile());
    // A statement of its own, which sees what was committed while the one before it waited.
    const admins = await this.#session.query(
      tables
        .selectFrom('members')
        .select('user_id')
        .where('customer_id', '=', customerId)
        .where('role', '=', 'admin')
        .compile(),
    );
    return admins.map(({ user_id: userId }) => userId);
  }

  async removeMember(customerId: string, userId: string): Promise<void> {
    if (!isUuid(userId)) return;
    const removed = tables
      .deleteFrom('members')
      .where('customer_id', '=', customerId)
      .where('user_id', '=', userId);
    await this.#session.query(removed.compile());
  }
}

interface MembershipRow extends MemberRow {
  readonly customer_name: string;
}

const membershipOf = (row: MembershipRow): Membership => ({
  customerId: row.customer_id,
  customerName: row.customer_name,
  name: row.name,
  role: row.role,
});

const memberOf = (row: MemberRow): Member => ({
  customerId: row.customer_id,
  userId: row.user_id,
  name: row.name,
  role: row.role,
});
