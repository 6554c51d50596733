import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { asProblem } from '../api/problem.js';
import { useWorkplace } from '../customer/workplace.js';
import { CodeFields, useCodeEntry } from '../identity/code-fields.js';
import { Link } from '../place/link.js';
import { ProblemNotice } from './problem-notice.js';

interface ConfirmDialogProps {
  readonly title: string;
  /** The verb on the button that does it. */
  readonly verb: string;
  readonly isGrave?: boolean;
  /** To be typed before it can be done; for what cannot be undone. */
  readonly typed?: string;
  /** What is done. A problem stays on the dialog. */
  readonly act: () => Promise<void>;
  readonly close: () => void;
  /** Why it cannot be done any more: what it is about has changed meanwhile. Null while it can. */
  readonly past?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Longer than anything takes that is asked for here, while the line is good. */
const slowAfterMs = 3_000;

/**
 * Asks once more. The browser's own dialog: it keeps the focus, and Escape closes it. Where the gateway wants the second
 * factor, it asks for a code too, and then goes on with what was to be done.
 */
export function ConfirmDialog({
  title,
  verb,
  isGrave = false,
  typed,
  act,
  close,
  past = null,
  children,
}: ConfirmDialogProps) {
  const { identity, live } = useWorkplace();
  const codeEntry = useCodeEntry(identity);
  const asksForCode = useSignal(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const entry = useSignal('');
  const isBusy = useSignal(false);
  const error = useSignal<unknown>(null);
  const isSlow = useSignal(false);
  const isPast = past !== null;
  useEffect(() => {
    isSlow.value = false;
    if (!isBusy.value) return;
    const timer = setTimeout(() => (isSlow.value = true), slowAfterMs);
    return () => clearTimeout(timer);
  }, [isBusy.value]);
  // Before the next key can be handled: a quick Tab would go on behind it, and the focus return there in the end.
  useLayoutEffect(() => {
    dialog.current?.showModal();
    // Taken away with what it is about, it is shut as well: it would come back by itself with the next thing of its kind.
    // In the same turn: after the next painting, it would shut one that was opened meanwhile.
    return close;
  }, []);
  // By the browser, so that the focus goes back to where it came from.
  const shut = (): void => dialog.current?.close();
  const go = async (): Promise<void> => {
    isBusy.value = true;
    error.value = null;
    try {
      if (asksForCode.value) {
        await codeEntry.give();
        asksForCode.value = false;
        // What a person may decide depends on when they used it.
        live.lookAgain();
      }
      await act();
      shut();
    } catch (refused) {
      const isMissing = asProblem(refused).code === 'mfa_required';
      if (isMissing && identity.factors.value.length > 0) asksForCode.value = true;
      else error.value = refused;
      isBusy.value = false;
    }
  };
  return (
    <dialog ref={dialog} class="modal" aria-labelledby={heading} onClose={close}>
      <form
        class="modal-box space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <h2 id={heading} class="text-lg font-semibold">
          {title}
        </h2>
        <div role="status" class="empty:hidden">
          {isPast && !isBusy.value && <div class="panel border-l-4 border-l-warning p-3">{past}</div>}
        </div>
        <div class="space-y-2">{children}</div>
        {typed !== undefined && (
          <label class="block space-y-1">
            <span>
              Type <code class="select-all font-semibold">{typed}</code> to go on
            </span>
            <input
              class="input w-full"
              autocomplete="off"
              value={entry.value}
              onInput={({ currentTarget }) => (entry.value = currentTarget.value)}
            />
          </label>
        )}
        {asksForCode.value && (
          <>
            <p role="status">
              This needs your second factor once more. Type the six digits that your authenticator app shows.
            </p>
            <CodeFields {...{ identity, entry: codeEntry }} />
          </>
        )}
        <p role="status" class="quiet empty:hidden">
          {isSlow.value && 'The gateway has not answered yet. Whether it is done is not known so far.'}
        </p>
        {error.value !== null && <ProblemNotice error={error.value} />}
        {error.value !== null && asProblem(error.value).code === 'mfa_required' && (
          <Link href="/account" class="plain-link">
            Set up an authenticator app
          </Link>
        )}
        <div class="flex justify-end gap-2">
          <button type="button" class="btn" onClick={shut}>
            {isPast ? 'Close' : 'Leave it'}
          </button>
          <button
            type="submit"
            class={`btn ${isGrave ? 'btn-error' : 'btn-primary'}`}
            disabled={isPast || isBusy.value || (typed !== undefined && entry.value !== typed)}
          >
            {verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}
