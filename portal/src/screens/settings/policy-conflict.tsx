import type { Difference } from './policy-draft.js';
import { fieldNames } from './policy-draft.js';
import { riskTitles } from './rule-fields.js';

interface PolicyConflictProps {
  readonly theirs: readonly Difference[];
  readonly mine: readonly Difference[];
  readonly discard: () => void;
  readonly keep: () => void;
}

/** Somebody else changed the policy while it was being changed here: nothing is lost, and nothing overwritten unseen. */
export function PolicyConflict({ theirs, mine, discard, keep }: PolicyConflictProps) {
  const both = theirs.filter((their) =>
    mine.some((own) => own.risk === their.risk && own.field === their.field),
  );
  return (
    <div role="alert" class="panel border-l-4 border-l-warning p-4 space-y-3">
      <p class="font-semibold">Somebody else changed the policy meanwhile. Your changes are not saved.</p>
      <div class="grid sm:grid-cols-2 gap-3">
        <Changes title="What they changed" changes={theirs} none="Nothing that is still different." />
        <Changes title="What you changed" changes={mine} none="Nothing." />
      </div>
      {both.length > 0 && (
        <p>
          {`You both changed ${both.map(({ risk, field }) => `${fieldNames[field]} (${riskTitles[risk].toLowerCase()})`).join(', ')}: with yours on top, your word counts there.`}
        </p>
      )}
      <div class="flex flex-wrap gap-2">
        <button type="button" class="btn btn-sm" onClick={keep}>
          Put mine on top of theirs
        </button>
        <button type="button" class="btn btn-sm" onClick={discard}>
          Discard mine
        </button>
      </div>
    </div>
  );
}

interface ChangesProps {
  readonly title: string;
  readonly changes: readonly Difference[];
  readonly none: string;
}

function Changes({ title, changes, none }: ChangesProps) {
  return (
    <div>
      <p class="quiet">{title}</p>
      {changes.length === 0 && <p>{none}</p>}
      <ul class="list-disc pl-5">
        {changes.map(({ risk, field, from, to }) => (
          <li key={`${risk}.${field}`}>
            {riskTitles[risk]}: {fieldNames[field]} from {from} to <strong>{to}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}
