import { describe, expect, it } from '@jest/globals';
import type { Rule, Rules } from '../../../portal/src/screens/settings/policy-draft.js';
import {
  differences,
  mistakeIn,
  mostApprovals,
  rebased,
  ruleWords,
  windowMinutes,
  windowOf,
} from '../../../portal/src/screens/settings/policy-draft.js';
import {
  approvalsRange,
  defaultApprovalPolicy,
  windowRange,
} from '../../../src/domain/approval/approval-policy.js';

const rule: Rule = {
  approvals: 1,
  roles: ['approver', 'admin'],
  selfApproval: false,
  mfa: false,
  windowMs: 900_000,
  reasonRequired: false,
};
const base = defaultApprovalPolicy.rules as Rules;

describe('an approval policy that is being changed', () => {
  it('knows the bounds of the gateway', () => {
    expect(mostApprovals).toBe(approvalsRange.max);
    expect(windowOf(windowMinutes.min)).toBe(windowRange.minMs);
    expect(windowOf(windowMinutes.max)).toBe(windowRange.maxMs);
  });

  it('names what is different, and not the order in which roles are named', () => {
    const changed = {
      ...base,
      change: { ...base.change, approvals: 2, roles: ['admin', 'approver'] },
    } as Rules;
    expect(differences(base, changed)).toEqual([{ risk: 'change', field: 'approvals', from: '1', to: '2' }]);
    expect(differences(base, base)).toEqual([]);
  });

  it('is laid over what somebody else changed meanwhile, and loses nothing of either', () => {
    const mine = { ...base, change: { ...base.change, approvals: 2, mfa: true } };
    const theirs = {
      ...base,
      change: { ...base.change, approvals: 3, reasonRequired: true },
      read: { ...base.read, approvals: 1 },
    };
    expect(rebased(base, mine, theirs)).toEqual({
      read: theirs.read,
      change: { ...theirs.change, approvals: 2, mfa: true },
      destructive: base.destructive,
    });
  });

  it('says why the gateway would refuse a rule', () => {
    expect(mistakeIn(rule)).toBeNull();
    expect(mistakeIn({ ...rule, roles: [] })).toContain('nobody could approve');
    expect(mistakeIn({ ...rule, approvals: 0, roles: [] })).toBeNull();
    for (const minutes of [0.5, 1_441, Number.NaN])
      expect(mistakeIn({ ...rule, windowMs: windowOf(minutes) })).toContain('minutes');
  });

  it('says a rule as people do', () => {
    expect(ruleWords({ ...rule, approvals: 0 })).toBe('Runs at once, without any approval.');
    expect(ruleWords(rule)).toBe(
      'Needs one approval from approvers or admins, never the proposer, within 15 minutes.',
    );
    expect(
      ruleWords({
        ...rule,
        approvals: 2,
        roles: ['admin'],
        mfa: true,
        reasonRequired: true,
        selfApproval: true,
      }),
    ).toBe(
      'Needs the approvals of 2 people from admins, the proposer included, with a second factor, with a reason, within 15 minutes.',
    );
  });
});
