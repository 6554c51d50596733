import type { ApprovalPolicy } from './approval.js';

const quarterOfAnHourMs = 900_000;

/** What a customer starts with: looking is free, changing needs another person, destroying needs their second factor too. */
export const defaultApprovalPolicy: ApprovalPolicy = {
  version: 1,
  rules: {
    read: {
      approvals: 0,
      roles: ['approver', 'admin'],
      selfApproval: false,
      mfa: false,
      windowMs: quarterOfAnHourMs,
    },
    change: {
      approvals: 1,
      roles: ['approver', 'admin'],
      selfApproval: false,
      mfa: false,
      windowMs: quarterOfAnHourMs,
    },
    destructive: {
      approvals: 1,
      roles: ['approver', 'admin'],
      selfApproval: false,
      mfa: true,
      windowMs: quarterOfAnHourMs,
    },
  },
};
