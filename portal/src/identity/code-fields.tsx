import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { problemOf } from '../api/problem.js';
import { harmlessLine } from '../parts/harmless-pieces.js';
import type { Identity } from './identity.js';

/** A code that somebody is about to give. */
export interface CodeEntry {
  readonly code: Signal<string>;
  readonly factorId: Signal<string>;
  /** Gives it. Rejects with a problem when it is not right. */
  readonly give: () => Promise<void>;
}

export function useCodeEntry(identity: Identity): CodeEntry {
  const code = useSignal('');
  const factorId = useSignal('');
  const give = async (): Promise<void> => {
    const [first] = identity.factors.value;
    // An account may have a second factor of another kind, from elsewhere.
    if (first === undefined) throw problemOf(400, { title: 'This account has no authenticator app' }, null);
    await identity.giveCode(factorId.value === '' ? first.id : factorId.value, typedCode(code.value));
    code.value = '';
  };
  return { code, factorId, give };
}

/** People type codes as apps show them: in two groups. */
export const typedCode = (text: string): string => text.replaceAll(/\s/g, '');

/** The code, and of which app where there are several. */
export function CodeFields({ identity, entry }: { readonly identity: Identity; readonly entry: CodeEntry }) {
  const factors = identity.factors.value;
  const id = useId();
  return (
    <>
      {factors.length > 1 && (
        <div class="space-y-1">
          <label for={id} class="block">
            Authenticator app
          </label>
          <select
            id={id}
            class="select w-full"
            value={entry.factorId.value}
            onChange={({ currentTarget }) => (entry.factorId.value = currentTarget.value)}
          >
            {factors.map((factor, index) => (
              <option key={factor.id} value={index === 0 ? '' : factor.id}>
                {harmlessLine(factor.friendly_name ?? 'Authenticator app')}
              </option>
            ))}
          </select>
        </div>
      )}
      <CodeField code={entry.code} />
    </>
  );
}

/** Six digits; the keyboard is there at once. */
export function CodeField({
  code,
  label = 'Code',
}: {
  readonly code: Signal<string>;
  readonly label?: string;
}) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <label class="block space-y-1">
      <span>{label}</span>
      <input
        ref={field}
        class="input w-full font-mono tracking-widest"
        inputMode="numeric"
        autocomplete="one-time-code"
        pattern="[0-9 ]{6,7}"
        title="Six digits"
        required
        value={code.value}
        onInput={({ currentTarget }) => (code.value = currentTarget.value)}
      />
    </label>
  );
}
