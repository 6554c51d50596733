import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';

interface TextFieldProps {
  readonly text: Signal<string>;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly wrong?: string | undefined;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly maxLength?: number;
}

/** One line of text with its name, what is expected, and what is wrong with it. */
export function TextField(props: TextFieldProps) {
  const { text, label, hint, wrong, required = false, optional = false, maxLength } = props;
  const id = useId();
  const told = [hint !== undefined && `${id}-hint`, wrong !== undefined && `${id}-wrong`]
    .filter(Boolean)
    .join(' ');
  return (
    <div class="space-y-1">
      <label for={id} class="block">
        {label}
        {optional && <span class="quiet"> (optional)</span>}
      </label>
      <input
        id={id}
        class={`input w-full ${wrong === undefined ? '' : 'input-error'}`}
        autocomplete="off"
        required={required}
        {...(maxLength !== undefined && { maxLength })}
        aria-invalid={wrong !== undefined}
        {...(told !== '' && { 'aria-describedby': told })}
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} class="quiet text-sm">
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p id={`${id}-wrong`} class="text-error text-sm">
          {wrong}
        </p>
      )}
    </div>
  );
}
