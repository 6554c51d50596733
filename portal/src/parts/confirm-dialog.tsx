import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
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
  readonly children: ComponentChildren;
}

/** Asks once more. The browser's own dialog: it keeps the focus, and Escape closes it. */
export function ConfirmDialog({
  title,
  verb,
  isGrave = false,
  typed,
  act,
  close,
  children,
}: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const entry = useSignal('');
  const isBusy = useSignal(false);
  const error = useSignal<unknown>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  // By the browser, so that the focus goes back to where it came from.
  const shut = (): void => dialog.current?.close();
  const go = async (): Promise<void> => {
    isBusy.value = true;
    error.value = null;
    try {
      await act();
      shut();
    } catch (refused) {
      error.value = refused;
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
        {error.value !== null && <ProblemNotice error={error.value} />}
        <div class="flex justify-end gap-2">
          <button type="button" class="btn" onClick={shut}>
            Leave it
          </button>
          <button
            type="submit"
            class={`btn ${isGrave ? 'btn-error' : 'btn-primary'}`}
            disabled={isBusy.value || (typed !== undefined && entry.value !== typed)}
          >
            {verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}
