import type { ApprovalPolicy } from '../../domain/approval/approval.js';

/** What each customer asks for before commands may run. A customer who never changed it has the default one. */
export interface ApprovalPolicies {
  /** The customer's policy as it stands. */
  current(customerId: string): Promise<ApprovalPolicy>;
  /**
   * The same, inside a transaction: nobody else changes it until that ends. Rejects with `not_found` when there is no
   * such customer.
   */
  lock(customerId: string): Promise<ApprovalPolicy>;
  /** Puts the policy in the place of the one before it, whose version is one less. The caller holds the lock. */
  save(customerId: string, policy: ApprovalPolicy): Promise<void>;
}
