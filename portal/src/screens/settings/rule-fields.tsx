import { useId } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Risk, Rule } from './policy-draft.js';
import { minutesOf, mistakeIn, mostApprovals, ruleWords, windowMinutes, windowOf } from './policy-draft.js';

export const riskTitles: Readonly<Record<Risk, string>> = {
  read: 'Only looks',
  change: 'Change',
  destructive: 'Destructive',
};

const riskMeanings: Readonly<Record<Risk, string>> = {
  read: 'Commands that change nothing, such as ping.',
  change: 'Commands whose effect can be taken back, such as restarting a service.',
  destructive: 'Commands whose effect cannot be taken back, such as running a script.',
};

interface RuleFieldsProps {
  readonly risk: Risk;
  readonly rule: Rule;
  readonly change: (rule: Rule) => void;
}

/** The rule of one risk. */
export function RuleFields({ risk, rule, change }: RuleFieldsProps) {
  const id = useId();
  const mistake = mistakeIn(rule);
  const { roles, approvals } = rule;
  const withRole = (role: 'approver' | 'admin', is: boolean): void =>
    change({ ...rule, roles: is ? [...roles, role] : roles.filter((each) => each !== role) });
  return (
    <fieldset class="panel p-4 space-y-3" aria-describedby={`${id}-words`}>
      <legend class="sr-only">{riskTitles[risk]}</legend>
      <div>
        <h3 class="font-semibold" aria-hidden="true">
          {riskTitles[risk]}
        </h3>
        <p class="quiet text-sm">{riskMeanings[risk]}</p>
      </div>
      <div class="grid sm:grid-cols-2 lg:grid-cols-[10rem_10rem_1fr_1fr] gap-x-6 gap-y-3 items-start">
        <div class="space-y-1">
          <label for={`${id}-approvals`} class="block">
            Approvals
          </label>
          <select
            id={`${id}-approvals`}
            class="select select-sm w-full"
            value={String(approvals)}
            onChange={({ currentTarget }) => change({ ...rule, approvals: Number(currentTarget.value) })}
          >
            {Array.from({ length: mostApprovals + 1 }, (_, count) => (
              <option key={count} value={String(count)}>
                {count === 0 ? 'None' : count}
              </option>
            ))}
          </select>
        </div>
        <div class="space-y-1">
          <label for={`${id}-minutes`} class="block">
            Minutes to decide
          </label>
          <input
            id={`${id}-minutes`}
            type="number"
            class="input input-sm w-full"
            min={windowMinutes.min}
            max={windowMinutes.max}
            step="any"
            required
            value={minutesOf(rule)}
            onInput={({ currentTarget }) =>
              change({ ...rule, windowMs: windowOf(currentTarget.valueAsNumber) })
            }
          />
        </div>
        <div role="group" aria-labelledby={`${id}-who`} class="space-y-1">
          <span id={`${id}-who`}>Who decides</span>
          <Check is={roles.includes('approver')} set={(is) => withRole('approver', is)}>
            Approvers
          </Check>
          <Check is={roles.includes('admin')} set={(is) => withRole('admin', is)}>
            Admins
          </Check>
        </div>
        <div role="group" aria-labelledby={`${id}-how`} class="space-y-1">
          <span id={`${id}-how`}>How</span>
          <Check is={rule.selfApproval} set={(is) => change({ ...rule, selfApproval: is })}>
            The proposer may decide, too
          </Check>
          <Check is={rule.mfa} set={(is) => change({ ...rule, mfa: is })}>
            {risk === 'destructive' ? 'With a second factor, used just now' : 'With a second factor'}
          </Check>
          <Check is={rule.reasonRequired} set={(is) => change({ ...rule, reasonRequired: is })}>
            With a reason
          </Check>
        </div>
      </div>
      <p id={`${id}-words`} class={`text-sm min-h-5 ${mistake === null ? 'quiet' : 'text-error'}`}>
        {mistake ?? ruleWords(rule)}
      </p>
    </fieldset>
  );
}

interface CheckProps {
  readonly is: boolean;
  readonly set: (is: boolean) => void;
  readonly children: ComponentChildren;
}

function Check({ is, set, children }: CheckProps) {
  return (
    <label class="flex items-center gap-2 min-h-6">
      <input
        type="checkbox"
        class="checkbox checkbox-sm"
        checked={is}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />
      {children}
    </label>
  );
}
