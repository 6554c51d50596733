import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useWorkplace } from '../../customer/workplace.js';
import { ProblemNotice } from '../../parts/problem-notice.js';

const shortest = 8;

/** Another password for whoever is signed in. */
export function PasswordForm() {
  const { identity } = useWorkplace();
  const password = useSignal('');
  const repeated = useSignal('');
  const isBusy = useSignal(false);
  const isDone = useSignal(false);
  const error = useSignal<unknown>(null);
  const isMistyped = repeated.value !== '' && repeated.value !== password.value;
  const change = async (): Promise<void> => {
    if (isMistyped) return;
    isBusy.value = true;
    isDone.value = false;
    error.value = null;
    try {
      await identity.account.changePassword(password.value);
      isDone.value = true;
      password.value = '';
      repeated.value = '';
    } catch (refused) {
      error.value = refused;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <section class="space-y-3" aria-labelledby="password">
      <h2 id="password" class="text-lg font-semibold">
        Password
      </h2>
      <form
        class="panel p-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        {/* Keepers of passwords look for whose it is. */}
        <input
          class="hidden"
          type="email"
          autocomplete="username"
          readOnly
          tabIndex={-1}
          value={identity.email.value ?? ''}
        />
        <div class="grid gap-4 sm:grid-cols-2">
          <PasswordField
            text={password}
            label="New password"
            hint={`${String(shortest)} characters or more.`}
          />
          <PasswordField
            text={repeated}
            label="Once more"
            wrong={isMistyped ? 'The two are not the same.' : undefined}
          />
        </div>
        {error.value !== null && <ProblemNotice error={error.value} />}
        <p role="status" class={isDone.value ? '' : 'sr-only'}>
          {isDone.value && 'Your password was changed. Your sign-ins elsewhere have ended.'}
        </p>
        <button type="submit" class="btn" disabled={isBusy.value}>
          Change the password
        </button>
      </form>
    </section>
  );
}

interface PasswordFieldProps {
  readonly text: Signal<string>;
  readonly label: string;
  readonly hint?: string;
  readonly wrong?: string | undefined;
}

function PasswordField({ text, label, hint, wrong }: PasswordFieldProps) {
  const told = wrong ?? hint;
  return (
    <label class="block space-y-1">
      <span>{label}</span>
      <input
        class={`input w-full ${wrong === undefined ? '' : 'input-error'}`}
        type="password"
        autocomplete="new-password"
        minLength={shortest}
        maxLength={256}
        required
        aria-invalid={wrong !== undefined}
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
      <span class={`block text-sm min-h-5 ${wrong === undefined ? 'quiet' : 'text-error'}`}>{told}</span>
    </label>
  );
}
