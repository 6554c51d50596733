import type { ApprovalPolicy } from '../../domain/approval/approval.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { ApprovalPolicies } from '../ports/approval-policies.js';

/** What the customer asks for before commands may run. */
export class GetApprovalPolicy {
  readonly #policies: ApprovalPolicies;

  constructor(policies: ApprovalPolicies) {
    this.#policies = policies;
  }

  execute(principal: Principal): Promise<ApprovalPolicy> {
    requireAccess(principal, 'getApprovalPolicy');
    return this.#policies.current(principal.customerId);
  }
}
