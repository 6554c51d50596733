import { approvalFaults } from '../../domain/approval/approval-faults.js';
import { changePolicy, rulesAsJson } from '../../domain/approval/approval-policy.js';
import type { ApprovalPolicy, ApprovalRules } from '../../domain/approval/approval.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller, signInOf } from '../../domain/customer/caller.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { withLiveRole } from './live-role.js';

export interface ChangeApprovalPolicyInput {
  readonly caller: Caller;
  readonly rules: ApprovalRules;
  /** Whether a policy of this version is one that the caller means to change. */
  readonly expected: (version: number) => boolean;
}

/**
 * Gives a customer other rules. Proposals that begin after the answer follow them, on every gateway; what waits
 * already keeps the rule that was frozen with it. Rules that are in force already change nothing.
 */
export class ChangeApprovalPolicy {
  readonly #work: UnitOfWork;
  readonly #liveness: SignInLiveness;

  constructor(work: UnitOfWork, liveness: SignInLiveness) {
    this.#work = work;
    this.#liveness = liveness;
  }

  async execute({ caller, rules, expected }: ChangeApprovalPolicyInput): Promise<ApprovalPolicy> {
    requireAccess(caller.principal, 'changeApprovalPolicy');
    await this.#liveness.requireAlive(signInOf(caller));
    const { customerId } = caller.principal;
    return this.#work.run(async ({ policies, roles, record }) => {
      const policy = await policies.lock(customerId);
      requireAccess(await withLiveRole(caller.principal, roles), 'changeApprovalPolicy');
      if (!expected(policy.version)) {
        throw approvalFaults.policy_changed(`The policy is of version ${String(policy.version)}.`, {
          details: { version: policy.version },
        });
      }
      const changed = changePolicy(policy, rules);
      if (changed === policy) return policy;
      await policies.save(customerId, changed);
      record({
        customerId,
        kind: 'policy.changed',
        ...causeOfCaller(caller),
        subject: { kind: 'customer', id: customerId },
        data: {
          version: changed.version,
          from: rulesAsJson(policy.rules),
          to: rulesAsJson(changed.rules),
        },
      });
      return changed;
    });
  }
}
