import type { ApprovalPolicy } from '../../api/things.js';

export const risks = ['read', 'change', 'destructive'] as const;
export type Risk = (typeof risks)[number];
export type Rule = ApprovalPolicy[Risk];
export type Rules = Readonly<Record<Risk, Rule>>;

export const mostApprovals = 5;
export const windowMinutes = { min: 1, max: 1_440 } as const;
const minuteMs = 60_000;

export const rulesOf = ({ read, change, destructive }: ApprovalPolicy): Rules => ({
  read,
  change,
  destructive,
});

export const minutesOf = ({ windowMs }: Rule): number => windowMs / minuteMs;
export const windowOf = (minutes: number): number => Math.round(minutes * minuteMs);

/** Something that is not the same in two policies, in the words of the form. */
export interface Difference {
  readonly risk: Risk;
  readonly field: keyof Rule;
  readonly from: string;
  readonly to: string;
}

const fields = ['approvals', 'roles', 'selfApproval', 'mfa', 'windowMs', 'reasonRequired'] as const;

export const fieldNames: Readonly<Record<keyof Rule, string>> = {
  approvals: 'approvals',
  roles: 'who decides',
  selfApproval: 'the proposer may decide',
  mfa: 'second factor',
  windowMs: 'time to decide',
  reasonRequired: 'reason',
};

export function differences(from: Rules, to: Rules): readonly Difference[] {
  return risks.flatMap((risk) =>
    fields
      .filter((field) => wordOf(from[risk], field) !== wordOf(to[risk], field))
      .map((field) => ({ risk, field, from: wordOf(from[risk], field), to: wordOf(to[risk], field) })),
  );
}

/** What was changed here since `base`, laid over what is in force by now. */
export function rebased(base: Rules, mine: Rules, theirs: Rules): Rules {
  const ruleOf = (risk: Risk): Rule => {
    const own = fields.filter((field) => wordOf(base[risk], field) !== wordOf(mine[risk], field));
    return { ...theirs[risk], ...Object.fromEntries(own.map((field) => [field, mine[risk][field]])) };
  };
  return { read: ruleOf('read'), change: ruleOf('change'), destructive: ruleOf('destructive') };
}

/** Why the gateway would refuse a rule; null when it would not. */
export function mistakeIn(rule: Rule): string | null {
  if (rule.approvals > 0 && rule.roles.length === 0) return 'Choose who decides: nobody could approve.';
  const minutes = minutesOf(rule);
  if (!Number.isFinite(minutes) || minutes < windowMinutes.min || minutes > windowMinutes.max)
    return `The time to decide is between ${windowMinutes.min} minute and ${windowMinutes.max} minutes.`;
  return null;
}

/** A rule as people say it. */
export function ruleWords(rule: Rule): string {
  if (rule.approvals === 0) return 'Runs at once, without any approval.';
  const who = rule.roles.map((role) => `${role}s`).join(' or ');
  const parts = [
    `${rule.approvals === 1 ? 'Needs one approval' : `Needs the approvals of ${rule.approvals} people`} from ${who === '' ? 'nobody' : who}`,
    rule.selfApproval ? 'the proposer included' : 'never the proposer',
    ...(rule.mfa ? ['with a second factor'] : []),
    ...(rule.reasonRequired ? ['with a reason'] : []),
    `within ${minuteWords(minutesOf(rule))}`,
  ];
  return `${parts.join(', ')}.`;
}

const minuteWords = (minutes: number): string => `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
const yesOrNo = (is: boolean): string => (is ? 'yes' : 'no');

function wordOf(rule: Rule, field: keyof Rule): string {
  switch (field) {
    case 'approvals':
      return String(rule.approvals);
    case 'roles':
      return rule.roles.length === 0 ? 'nobody' : [...rule.roles].sort().join(' or ');
    case 'windowMs':
      return minuteWords(minutesOf(rule));
    case 'selfApproval':
    case 'mfa':
    case 'reasonRequired':
      return yesOrNo(rule[field]);
  }
}
