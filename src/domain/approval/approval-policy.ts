import { risks } from '../command/command-type.js';
import { accessPolicy } from '../customer/access-policy.js';
import { isBelow, roles } from '../customer/role.js';
import { generalFaults } from '../shared/general-faults.js';
import { sameJson } from '../shared/json.js';
import type { JsonObject } from '../shared/json.js';
import type { ApprovalPolicy, ApprovalRule, ApprovalRules } from './approval.js';

export const approvalsRange = { min: 0, max: 5 } as const;
export const windowRange = { minMs: 60_000, maxMs: 86_400_000 } as const;

/** Roles that a rule may name: any other could not decide, whatever the rule says. */
export const decidingRoles = roles.filter((role) => !isBelow(role, accessPolicy.decideCommand.from));

const startingRule: ApprovalRule = {
  approvals: 1,
  roles: decidingRoles,
  selfApproval: false,
  mfa: false,
  windowMs: 900_000,
  reasonRequired: false,
};

/** What a customer starts with: looking is free, changing needs another person, destroying needs their second factor too. */
export const defaultApprovalPolicy: ApprovalPolicy = {
  version: 1,
  rules: {
    read: { ...startingRule, approvals: 0 },
    change: startingRule,
    destructive: { ...startingRule, mfa: true },
  },
};

/**
 * The policy with these rules, or the same one when they are what it says already. Refuses rules by which nothing
 * could ever be approved. How many people there are now is no matter: they come and go, and the rule stays.
 */
export function changePolicy(policy: ApprovalPolicy, wanted: ApprovalRules): ApprovalPolicy {
  const errors = risks.flatMap((risk) => errorsIn(wanted[risk], risk));
  if (errors.length > 0) throw generalFaults.invalid_request('Nobody could approve by this.', { errors });
  const rules = {
    read: tidy(wanted.read),
    change: tidy(wanted.change),
    destructive: tidy(wanted.destructive),
  };
  if (sameJson(rulesAsJson(rules), rulesAsJson(policy.rules))) return policy;
  return { version: policy.version + 1, rules };
}

/** The rules as the log tells them. */
export const rulesAsJson = ({ read, change, destructive }: ApprovalRules): JsonObject => ({
  read: { ...read },
  change: { ...change },
  destructive: { ...destructive },
});

function errorsIn(rule: ApprovalRule, risk: string) {
  const powerless = rule.roles.filter((role) => !decidingRoles.includes(role));
  if (powerless.length > 0) {
    return [{ path: `${risk}.roles`, message: `${powerless.join(', ')} cannot decide` }];
  }
  if (rule.approvals > 0 && rule.roles.length === 0) {
    return [{ path: `${risk}.roles`, message: 'must name a role where approvals are needed' }];
  }
  return [];
}

/** One way to say one thing: the order in which roles are named means nothing. */
const tidy = (rule: ApprovalRule): ApprovalRule => ({
  ...rule,
  roles: decidingRoles.filter((role) => rule.roles.includes(role)),
});
