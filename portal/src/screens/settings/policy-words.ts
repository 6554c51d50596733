import type { ApprovalPolicy } from '../../api/things.js';
import { durationWords } from '../../parts/time-words.js';

export type Rules = Omit<ApprovalPolicy, 'version'>;
export type Risk = keyof Rules;
export type Rule = Rules[Risk];

/** What each risk is called, and what it means. */
export const riskNames = [
  ['read', 'Diagnostics', 'they only look'],
  ['change', 'Changes', 'they can be undone'],
  ['destructive', 'Destructive commands', 'they cannot be undone'],
] as const satisfies readonly (readonly [Risk, string, string])[];

/** A rule as one sentence. */
export function ruleWords({ approvals, roles, selfApproval, mfa, windowMs, reasonRequired }: Rule): string {
  if (approvals === 0) return 'They run at once: nobody is asked.';
  const people = `${String(approvals)} ${approvals === 1 ? 'approval' : 'approvals'} by ${roles.join(' or ')}`;
  const terms = [
    selfApproval ? 'proposers may approve their own' : 'not by the proposer',
    ...(mfa ? ['with a second factor'] : []),
    ...(reasonRequired ? ['with a reason'] : []),
    `within ${durationWords(windowMs)}`,
  ];
  return `${people}, ${terms.join(', ')}.`;
}
