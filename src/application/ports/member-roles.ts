import type { Role } from '../../domain/customer/role.js';

/** What people are in a customer at this moment, and nothing else about them. */
export interface MemberRoles {
  /** The roles of those of these people who are members, by their ids. */
  of(customerId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, Role>>;
  /** How many members hold the role. */
  count(customerId: string, role: Role): Promise<number>;
  /** As `of`, inside a transaction: until it ends, none of them gets another role or leaves. */
  lock(customerId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, Role>>;
}
