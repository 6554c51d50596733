import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { useLoaded } from '../../parts/loaded.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { PolicyDialog } from './policy-dialog.js';
import type { Risk } from './policy-words.js';
import { riskNames, ruleWords } from './policy-words.js';

/** What the customer asks for before commands may run. */
export function PolicySection() {
  const { api, live, role } = useWorkplace();
  const changed = useSignal<Risk | null>(null);
  const policy = useLoaded('approval-policy', () => api.call('get', '/api/v1/customer/approval-policy', {}));
  useEffect(() => live.onEvent(({ kind }) => void (kind === 'policy.changed' && policy.look())), [policy]);
  const known = policy.value.value;
  return (
    <section class="space-y-2" aria-labelledby="policy">
      <h2 id="policy" class="font-semibold">
        Approval policy
      </h2>
      {policy.error.value !== null && (
        <ProblemNotice error={policy.error.value} retry={() => void policy.look()} />
      )}
      {known === null ? (
        policy.error.value === null && (
          <div class="panel overflow-hidden">
            <WaitingRows rows={3} />
          </div>
        )
      ) : (
        <ul class="panel divide-y divide-base-300" aria-label="Approval policy">
          {riskNames.map(([risk, name, meaning]) => (
            <li key={risk} class="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 sm:px-4 py-2 min-h-14">
              <div class="grow basis-60 min-w-0">
                <p>
                  <span class="font-medium">{name}</span> <span class="quiet">({meaning})</span>
                </p>
                <p class="quiet">{ruleWords(known[risk])}</p>
              </div>
              {mayActAs(role, 'admin') && (
                <button
                  type="button"
                  class="btn btn-sm"
                  onClick={() => (changed.value = risk)}
                  aria-label={`Change what is asked for: ${name}`}
                >
                  Change
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {known !== null && changed.value !== null && (
        <PolicyDialog
          policy={known}
          risk={changed.value}
          close={() => (changed.value = null)}
          done={policy.look}
        />
      )}
    </section>
  );
}
