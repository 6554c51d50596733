import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asProblem } from '../../api/problem.js';
import type { ApprovalPolicy as Policy } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { useKeptCurrent } from './kept-current.js';
import type { Rules } from './policy-draft.js';
import { differences, mistakeIn, rebased, risks, rulesOf, ruleWords } from './policy-draft.js';
import { PolicyConflict } from './policy-conflict.js';
import { riskTitles, RuleFields } from './rule-fields.js';

/** What is asked for before commands may run. */
export function ApprovalPolicy() {
  const { api, role } = useWorkplace();
  const loaded = useKeptCurrent('approval-policy', ['policy.'], () =>
    api.call('get', '/api/v1/customer/approval-policy', {}),
  );
  const policy = loaded.value.value;
  const error = loaded.error.value;
  return (
    <>
      <h2 class="text-lg font-semibold">Approval policy</h2>
      <p class="quiet">
        What has to happen before a command may run, by its risk. A change counts for what is proposed from
        then on: what waits already keeps the rule that it was proposed under.
      </p>
      {error !== null && <ProblemNotice error={error} retry={() => void loaded.look()} />}
      {policy === null && error === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={3} class="h-48" />
        </div>
      )}
      {policy !== null &&
        (mayActAs(role, 'admin') ? (
          <PolicyForm policy={policy} look={loaded.look} />
        ) : (
          <PolicyWords policy={policy} />
        ))}
    </>
  );
}

function PolicyWords({ policy }: { readonly policy: Policy }) {
  return (
    <>
      <dl class="panel divide-y divide-base-300">
        {risks.map((risk) => (
          <div key={risk} class="px-4 py-3">
            <dt class="font-semibold">{riskTitles[risk]}</dt>
            <dd>{ruleWords(policy[risk])}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">Only an admin changes the policy.</p>
    </>
  );
}

interface PolicyFormProps {
  /** What is in force as far as it is known. */
  readonly policy: Policy;
  readonly look: () => Promise<void>;
}

function PolicyForm({ policy, look }: PolicyFormProps) {
  const { api } = useWorkplace();
  // What the changes here were made to: not always what is in force by now.
  const base = useSignal(policy);
  const mine = useSignal<Rules>(rulesOf(policy));
  const isBusy = useSignal(false);
  const isSaved = useSignal(false);
  const error = useSignal<unknown>(null);
  const changed = differences(rulesOf(base.value), mine.value);
  const isOther = policy.version > base.value.version;
  const begin = (from: Policy, rules: Rules): void => {
    [base.value, mine.value, error.value] = [from, rules, null];
  };
  useEffect(() => {
    // Nothing was changed here: what is in force is shown.
    if (isOther && changed.length === 0) begin(policy, rulesOf(policy));
  }, [isOther, changed.length === 0]);
  // While one's own change is on its way, the newer version may be that.
  const isConflict = isOther && changed.length > 0 && !isBusy.value;
  const hasMistake = risks.some((risk) => mistakeIn(mine.value[risk]) !== null);
  const save = async (): Promise<void> => {
    isBusy.value = true;
    error.value = null;
    try {
      const saved = await api.call('put', '/api/v1/customer/approval-policy', {
        body: mine.value,
        version: base.peek().version,
      });
      begin(saved, rulesOf(saved));
      isSaved.value = true;
    } catch (refused) {
      // The notice of the conflict says more, as soon as what is in force is known.
      if (asProblem(refused).code !== 'policy_changed') error.value = refused;
    } finally {
      await look();
      isBusy.value = false;
    }
  };
  return (
    <form
      class="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isConflict) void save();
      }}
    >
      {risks.map((risk) => (
        <RuleFields
          key={risk}
          risk={risk}
          rule={mine.value[risk]}
          change={(rule) => {
            isSaved.value = false;
            mine.value = { ...mine.value, [risk]: rule };
          }}
        />
      ))}
      {isConflict && (
        <PolicyConflict
          theirs={differences(rulesOf(base.value), rulesOf(policy))}
          mine={changed}
          discard={() => begin(policy, rulesOf(policy))}
          keep={() => begin(policy, rebased(rulesOf(base.peek()), mine.peek(), rulesOf(policy)))}
        />
      )}
      {error.value !== null && <ProblemNotice error={error.value} />}
      <div class="flex flex-wrap items-center gap-3">
        <button
          type="submit"
          class="btn btn-primary"
          disabled={isBusy.value || isConflict || hasMistake || changed.length === 0}
        >
          Save the policy
        </button>
        {changed.length > 0 && !isConflict && (
          <button type="button" class="btn" onClick={() => begin(base.value, rulesOf(base.value))}>
            Undo my changes
          </button>
        )}
        <p role="status" class="quiet">
          {changed.length > 0
            ? `${changed.length} ${changed.length === 1 ? 'change is' : 'changes are'} not saved.`
            : isSaved.value
              ? `Saved: version ${policy.version} is in force.`
              : `Version ${policy.version} is in force.`}
        </p>
        <Link href="/activity" class="plain-link ml-auto">
          Who changed it, and when
        </Link>
      </div>
    </form>
  );
}
