import type { MemberRoles } from '../../application/ports/member-roles.js';
import type { Role } from '../../domain/customer/role.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

export class PostgresMemberRoles implements MemberRoles {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  of(customerId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, Role>> {
    return this.#read(customerId, userIds, (members) => members);
  }

  lock(customerId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, Role>> {
    return this.#read(customerId, userIds, (members) => members.forShare());
  }

  async count(customerId: string, role: Role): Promise<number> {
    const members = await this.#session.query(
      tables
        .selectFrom('members')
        .select('user_id')
        .where('customer_id', '=', customerId)
        .where('role', '=', role)
        .compile(),
    );
    return members.length;
  }

  async #read(
    customerId: string,
    userIds: readonly string[],
    finish: (members: ReturnType<typeof membersOf>) => ReturnType<typeof membersOf>,
  ): Promise<ReadonlyMap<string, Role>> {
    const known = userIds.filter(isUuid);
    if (known.length === 0 || !isUuid(customerId)) return new Map();
    const rows = await this.#session.query(finish(membersOf(customerId, known)).compile());
    return new Map(rows.map(({ user_id: id, role }) => [id, role]));
  }
}

/** In the order of their ids, so that two who lock them never wait in a circle. */
const membersOf = (customerId: string, userIds: readonly string[]) =>
  tables
    .selectFrom('members')
    .select(['user_id', 'role'])
    .where('customer_id', '=', customerId)
    .where('user_id', 'in', userIds)
    .orderBy('user_id');
