import { useSignal } from '@preact/signals';
import type { Factor } from '@supabase/supabase-js';
import { useWorkplace } from '../../customer/workplace.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { harmlessLine } from '../../parts/harmless-pieces.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { useLoaded } from '../../parts/loaded.js';
import { Moment } from '../../parts/moment.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { AddFactor } from './add-factor.js';

/** The authenticator apps of an account, and a way to add and to remove them. */
export function SecondFactors() {
  const { identity, live } = useWorkplace();
  const isAdding = useSignal(false);
  const removing = useSignal<Factor | null>(null);
  const said = useSignal('');
  const loaded = useLoaded('factors', () => identity.account.factors());
  const factors = loaded.value.value;
  const error = loaded.error.value;
  const done = (words: string): void => {
    said.value = words;
    // What waits may be decided by now, or no more.
    live.lookAgain();
  };
  return (
    <section class="space-y-3" aria-labelledby="second-factor">
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 id="second-factor" class="text-lg font-semibold grow">
          Second factor
        </h2>
        {!isAdding.value && (
          <button
            type="button"
            class="btn btn-primary btn-sm"
            disabled={factors === null}
            onClick={() => {
              said.value = '';
              isAdding.value = true;
            }}
          >
            Add an authenticator app
          </button>
        )}
      </div>
      <p class="quiet">
        A code from an app on your phone, asked for when you sign in, and once more before something that
        cannot be undone.
      </p>
      <p role="status" class={said.value === '' ? 'sr-only' : 'panel border-l-4 border-l-success p-3'}>
        {said.value}
      </p>
      {isAdding.value && (
        <AddFactor
          taken={(factors ?? []).map((factor) => factor.friendly_name ?? '')}
          close={() => (isAdding.value = false)}
          done={() => {
            isAdding.value = false;
            done('Your second factor works. Sign-ins of yours elsewhere that did not use it have ended.');
          }}
        />
      )}
      {error !== null && <ProblemNotice error={error} retry={() => void loaded.look()} />}
      <div class="panel overflow-hidden">
        {factors === null && error === null && <WaitingRows rows={1} />}
        {factors?.length === 0 && (
          <p class="px-3 sm:px-4 h-14 flex items-center">No authenticator app yet.</p>
        )}
        {factors !== null && factors.length > 0 && (
          <ul class="divide-y divide-base-300" aria-label="Second factors">
            {factors.map((factor) => (
              <FactorRow key={factor.id} factor={factor} remove={() => (removing.value = factor)} />
            ))}
          </ul>
        )}
      </div>
      {removing.value !== null && (
        <RemoveFactor
          factor={removing.value}
          isLast={factors?.length === 1}
          close={() => (removing.value = null)}
          done={() => done('The authenticator app was removed.')}
        />
      )}
    </section>
  );
}

const nameOf = ({ friendly_name: name }: Factor): string =>
  name === undefined || name === '' ? 'Authenticator app' : name;

function FactorRow({ factor, remove }: { readonly factor: Factor; readonly remove: () => void }) {
  return (
    <li class="px-3 sm:px-4 min-h-14 py-2 flex items-center gap-x-4">
      <div class="grow min-w-0">
        <p class="font-medium">
          <HarmlessText text={nameOf(factor)} />
        </p>
        <p class="quiet text-sm">
          added <Moment at={factor.created_at} />
        </p>
      </div>
      <button
        type="button"
        class="btn btn-sm"
        aria-label={`Remove ${harmlessLine(nameOf(factor))}`}
        onClick={remove}
      >
        Remove…
      </button>
    </li>
  );
}

interface RemoveFactorProps {
  readonly factor: Factor;
  readonly isLast: boolean;
  readonly close: () => void;
  readonly done: () => void;
}

function RemoveFactor({ factor, isLast, close, done }: RemoveFactorProps) {
  const { identity } = useWorkplace();
  return (
    <ConfirmDialog
      title="Remove this authenticator app?"
      verb="Remove"
      isGrave
      act={async () => {
        await identity.account.removeFactor(factor.id);
        done();
      }}
      close={close}
    >
      <p class="font-semibold">
        <HarmlessText text={nameOf(factor)} />
      </p>
      <p class="quiet">
        {isLast
          ? 'It is the only one: you sign in with your password alone, and decide on nothing that asks for a second factor.'
          : 'Its codes count no more. Delete the entry in the app, too.'}
      </p>
    </ConfirmDialog>
  );
}
