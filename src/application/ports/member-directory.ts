import type { Customer, Member, Membership } from '../../domain/customer/customer.js';

/** Customers and their people. */
export interface MemberDirectory {
  /** Every customer the person belongs to, by name. */
  membershipsOf(userId: string): Promise<readonly Membership[]>;
  addCustomer(customer: Customer): Promise<void>;
  /** Adds a member, or gives an existing one this role and name. */
  putMember(member: Member): Promise<void>;
}
