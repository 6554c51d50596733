import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { problemOf } from '../../api/problem.js';
import type { ApprovalPolicy } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import type { Risk, Rule } from './policy-words.js';
import { riskNames } from './policy-words.js';

interface PolicyDialogProps {
  readonly policy: ApprovalPolicy;
  readonly risk: Risk;
  readonly close: () => void;
  readonly done: () => Promise<void>;
}

const minuteMs = 60_000;

/** Changes the rule of one risk, and only over the policy that was shown. */
export function PolicyDialog({ policy, risk, close, done }: PolicyDialogProps) {
  const { api } = useWorkplace();
  const given = policy[risk];
  const approvals = useSignal(String(given.approvals));
  const minutes = useSignal(String(given.windowMs / minuteMs));
  const approvers = useSignal(given.roles.includes('approver'));
  const admins = useSignal(given.roles.includes('admin'));
  const selfApproval = useSignal(given.selfApproval);
  const mfa = useSignal(given.mfa);
  const reasonRequired = useSignal(given.reasonRequired);
  const save = async (): Promise<void> => {
    const rule: Rule = {
      approvals: wholeNumber(approvals.value, 'approvals'),
      roles: [...(approvers.value ? ['approver' as const] : []), ...(admins.value ? ['admin' as const] : [])],
      selfApproval: selfApproval.value,
      mfa: mfa.value,
      windowMs: Math.round(wholeNumber(minutes.value, 'minutes') * minuteMs),
      reasonRequired: reasonRequired.value,
    };
    const { version, ...rules } = policy;
    await api.call('put', '/api/v1/customer/approval-policy', { body: { ...rules, [risk]: rule }, version });
    await done();
  };
  const [, name = ''] = riskNames.find(([each]) => each === risk) ?? [];
  return (
    <ConfirmDialog title={`What is asked for: ${name.toLowerCase()}`} verb="Save" act={save} close={close}>
      <p class="quiet">It holds for proposals from now on. What waits already keeps its rule.</p>
      <NumberField number={approvals} label="Approvals needed" hint="With 0 they run at once." />
      <fieldset class="space-y-1">
        <legend>Whose vote counts</legend>
        <Check flag={approvers}>Approvers</Check>
        <Check flag={admins}>Admins</Check>
      </fieldset>
      <fieldset class="space-y-1">
        <legend>How</legend>
        <Check flag={selfApproval}>Proposers may approve their own</Check>
        <Check flag={mfa}>A second factor is needed</Check>
        <Check flag={reasonRequired}>A reason is needed</Check>
      </fieldset>
      <NumberField number={minutes} label="Minutes to decide" hint="At most a day." />
    </ConfirmDialog>
  );
}

function wholeNumber(text: string, path: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0) return number;
  throw problemOf(
    400,
    {
      code: 'invalid_request',
      title: 'A number is missing',
      errors: [{ path, message: 'must be a number' }],
    },
    null,
  );
}

interface NumberFieldProps {
  readonly number: Signal<string>;
  readonly label: string;
  readonly hint: string;
}

function NumberField({ number, label, hint }: NumberFieldProps) {
  const id = useId();
  return (
    <div class="space-y-1">
      <label for={id} class="block">
        {label}
      </label>
      <input
        id={id}
        class="input w-32"
        inputMode="numeric"
        autocomplete="off"
        aria-describedby={`${id}-hint`}
        value={number.value}
        onInput={({ currentTarget }) => (number.value = currentTarget.value)}
      />
      <p id={`${id}-hint`} class="quiet text-sm">
        {hint}
      </p>
    </div>
  );
}

function Check({ flag, children }: { readonly flag: Signal<boolean>; readonly children: string }) {
  return (
    <label class="flex items-center gap-2">
      <input
        type="checkbox"
        class="checkbox checkbox-sm"
        checked={flag.value}
        onChange={({ currentTarget }) => (flag.value = currentTarget.checked)}
      />
      {children}
    </label>
  );
}
