import { z } from 'zod';
import { approvalsRange, decidingRoles, windowRange } from '../../../domain/approval/approval-policy.js';
import type { ApprovalPolicy, ApprovalRule } from '../../../domain/approval/approval.js';

const rule = z.strictObject({
  approvals: z
    .int()
    .min(approvalsRange.min)
    .max(approvalsRange.max)
    .describe('How many distinct people must approve; with 0 it runs at once.'),
  roles: z
    .array(z.enum(['approver', 'admin']))
    .max(decidingRoles.length)
    .describe('Whose vote counts.'),
  selfApproval: z.boolean().describe('Whether whoever proposed it may decide, too.'),
  mfa: z
    .boolean()
    .describe('Whether a second factor is needed; for `destructive`, one used within the last five minutes.'),
  windowMs: z.int().min(windowRange.minMs).max(windowRange.maxMs).describe('How long people have to decide.'),
  reasonRequired: z.boolean().describe('Whether whoever decides has to say why.'),
});

const rules = { read: rule, change: rule, destructive: rule };

export const approvalRulesSchema = z.strictObject(rules);

export const approvalPolicySchema = z
  .strictObject({ version: z.int(), ...rules })
  .meta({ id: 'ApprovalPolicy', description: 'What a customer asks for before commands may run, per risk.' });

export const presentApprovalPolicy = ({
  version,
  rules,
}: ApprovalPolicy): z.output<typeof approvalPolicySchema> => ({
  version,
  read: presentRule(rules.read),
  change: presentRule(rules.change),
  destructive: presentRule(rules.destructive),
});

const presentRule = ({
  approvals,
  roles,
  selfApproval,
  mfa,
  windowMs,
  reasonRequired,
}: ApprovalRule): z.output<typeof rule> => ({
  approvals,
  roles: roles.filter((role) => role === 'approver' || role === 'admin'),
  selfApproval,
  mfa,
  windowMs,
  reasonRequired,
});
