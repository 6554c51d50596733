import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Mark } from '../parts/mark.js';
import { usePageTitle } from '../parts/page-title.js';
import { ProblemNotice } from '../parts/problem-notice.js';
import { CodeFields, useCodeEntry } from './code-fields.js';
import type { Identity } from './identity.js';

/** E-mail and password, then the code of the second factor where the account has one. */
export function SignInScreen({ identity }: { readonly identity: Identity }) {
  return identity.step.value === 'second_factor' ? (
    <SecondFactor identity={identity} />
  ) : (
    <Password identity={identity} />
  );
}

function Password({ identity }: { readonly identity: Identity }) {
  usePageTitle('Sign in');
  const email = useSignal('');
  const password = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <Steps
      title="Sign in"
      verb="Sign in"
      note={identity.ended.value}
      submit={() => identity.signIn(email.value.trim(), password.value)}
    >
      <label class="block space-y-1">
        <span>E-mail</span>
        <input
          ref={field}
          class="input w-full"
          type="email"
          name="email"
          autocomplete="username"
          required
          value={email.value}
          onInput={({ currentTarget }) => (email.value = currentTarget.value)}
        />
      </label>
      <label class="block space-y-1">
        <span>Password</span>
        <input
          class="input w-full"
          type="password"
          name="password"
          autocomplete="current-password"
          required
          value={password.value}
          onInput={({ currentTarget }) => (password.value = currentTarget.value)}
        />
      </label>
    </Steps>
  );
}

function SecondFactor({ identity }: { readonly identity: Identity }) {
  usePageTitle('Second factor');
  const entry = useCodeEntry(identity);
  return (
    <Steps
      title="Second factor"
      verb="Go on"
      note="Your account has a second factor. Type the six digits that your authenticator app shows."
      submit={entry.give}
      back={() => void identity.signOut()}
    >
      <CodeFields {...{ identity, entry }} />
    </Steps>
  );
}

interface StepsProps {
  readonly title: string;
  readonly verb: string;
  readonly note: string | null;
  readonly submit: () => Promise<void>;
  readonly back?: () => void;
  readonly children: ComponentChildren;
}

function Steps({ title, verb, note, submit, back, children }: StepsProps) {
  const isBusy = useSignal(false);
  const error = useSignal<unknown>(null);
  const go = async (): Promise<void> => {
    isBusy.value = true;
    error.value = null;
    try {
      await submit();
    } catch (refused) {
      error.value = refused;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <main class="min-h-dvh grid place-items-center p-4">
      <form
        class="panel w-full max-w-sm p-6 space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <div class="space-y-1">
          <p class="flex items-center gap-2 text-lg font-semibold tracking-tight text-primary">
            <Mark class="size-8" />
            Fieldgate
          </p>
          <p class="quiet text-sm pb-2">
            The gate between your devices in the field and the people who look after them.
          </p>
          <h1 class="text-xl font-semibold">{title}</h1>
        </div>
        {note !== null && <p>{note}</p>}
        {children}
        {error.value !== null && <ProblemNotice error={error.value} />}
        <div class="flex gap-2">
          <button type="submit" class="btn btn-primary grow" disabled={isBusy.value}>
            {verb}
          </button>
          {back !== undefined && (
            <button type="button" class="btn" onClick={back}>
              Back
            </button>
          )}
        </div>
      </form>
    </main>
  );
}
