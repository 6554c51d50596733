import type { Customer, Member, Membership } from '../../domain/customer/customer.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';

/** Customers and their people. */
export interface MemberDirectory {
  /** Every customer the person belongs to, by name. */
  membershipsOf(userId: string): Promise<readonly Membership[]>;
  addCustomer(customer: Customer): Promise<void>;
  /** Adds a member, or gives an existing one this role and name. */
  putMember(member: Member): Promise<void>;
  /** Null when the customer has no such member. */
  find(customerId: string, userId: string): Promise<Member | null>;
  /** The members of a customer, by name. */
  list(customerId: string, page: PageRequest): Promise<Page<Member>>;
  /**
   * The user ids of the customer's admins. It holds back every other call for this customer until the transaction ends,
   * and answers as things stand then: whoever changes members asks it first. Empty when there is no such customer.
   */
  lockAdmins(customerId: string): Promise<readonly string[]>;
  /** Does nothing when there is no such member. */
  removeMember(customerId: string, userId: string): Promise<void>;
}
